"""Every tuned number, in one place, with its unit and how it was found.

A group per stage. ``describe()`` lists them for the reference in the docs.
Nothing here was tuned on anything but the two development sets and synthetic
palms (docs/explanation/recognition).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import attrs

T = TypeVar("T")


def tuned(default: T, *, unit: str, found: str) -> T:
    """A number with its unit and how it was found."""
    return attrs.field(default=default, metadata={"unit": unit, "found": found})  # type: ignore[no-any-return]


@attrs.frozen
class CaptureParameters:
    """Finding the hand and cutting out the palm."""


@attrs.frozen
class SignatureParameters:
    """Turning a crop into bits."""


@attrs.frozen
class MatchingParameters:
    """Comparing signatures and deciding."""


CAPTURE = CaptureParameters()
SIGNATURE = SignatureParameters()
MATCHING = MatchingParameters()


def describe() -> Iterator[tuple[str, str, object, str, str]]:
    """Each number as (group, name, value, unit, how it was found)."""
    for group in (CAPTURE, SIGNATURE, MATCHING):
        for field in attrs.fields(type(group)):
            yield (
                type(group).__name__,
                field.name,
                getattr(group, field.name),
                field.metadata["unit"],
                field.metadata["found"],
            )
