"""Thenar: contactless palm recognition, extended by plugins.

The promised surface is this module, :mod:`thenar.records`,
:mod:`thenar.protocols`, :mod:`thenar.errors` and :mod:`thenar.testing`.
Importing it loads neither numpy nor OpenCV.
"""

from thenar.hookspecs import API_VERSION, hookimpl

__version__ = "0.1.0"

__all__ = ["API_VERSION", "__version__", "hookimpl"]
