"""The plugin host: finds what is installed, loads what is enabled, calls it under guard.

    registry = Registry.load(settings)
    camera = registry.driver("camera")

Plugins are asked once, at load, through pluggy, each apart from the others, so
that one cannot fail, wrap or delay another. From then on the host calls plain
objects, inside its own deadline, timing and error guard.
"""

from thenar.registry.discovery import Installed
from thenar.registry.guard import guard
from thenar.registry.host import Registry
from thenar.registry.timing import CallTiming

__all__ = ["CallTiming", "Installed", "Registry", "guard"]
