"""A matcher for Thenar that compares with FAISS: an example of a third party's plugin."""

from __future__ import annotations

import thenar
from faiss_matcher.matcher import FaissMatcher, FaissSettings
from thenar.records import Provider

THENAR_API = 1

__all__ = ["FaissMatcher", "FaissSettings"]


@thenar.hookimpl
def thenar_matchers() -> list[Provider[FaissMatcher]]:
    """The matcher ``faiss``."""
    return [
        Provider(
            "faiss",
            make=FaissMatcher,
            settings=FaissSettings,
            summary="every reference at every pose, by FAISS",
        )
    ]
