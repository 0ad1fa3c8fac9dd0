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


@attrs.frozen
class ServiceParameters:
    """The secure service: how sure, how long, how much."""

    identification_fmr: float = tuned(
        1e-6, unit="false-match rate", found="one false match in a million comparisons"
    )
    identification_margin: float = tuned(
        1.0, unit="decades", found="the second best person is ten times less like"
    )
    duplicate_fmr: float = tuned(
        1e-6,
        unit="false-match rate",
        found="as for identification: what it finds, it would mistake",
    )
    clock_window: float = tuned(60.0, unit="s", found="clocks kept by NTP, and a slow network")
    assertion_life: float = tuned(120.0, unit="s", found="one visit to a counter")
    activation_life: float = tuned(900.0, unit="s", found="unpack, mount and scan a code")
    envelope_captures: int = tuned(16, unit="captures", found="both palms, eight frames each")
    body_limit: int = tuned(8_000_000, unit="bytes", found="16 captures in base64, twice over")
    plugin_deadline: float = tuned(10.0, unit="s", found="a card authorisation seldom takes 5 s")
    settle_every: float = tuned(5.0, unit="s", found="soon enough for a customer who waits")
    code_life: float = tuned(600.0, unit="s", found="an e-mail that is slow to come")
    code_tries: int = tuned(5, unit="tries", found="5 of 10⁶ codes guessed: 5·10⁻⁶")
    codes_an_hour: int = tuned(5, unit="codes/h", found="120 guesses a day: 6·10⁻⁴ at most")
    session_life: float = tuned(1800.0, unit="s", found="half an hour at the portal")


CAPTURE = CaptureParameters()
SIGNATURE = SignatureParameters()
MATCHING = MatchingParameters()
SERVICE = ServiceParameters()


def describe() -> Iterator[tuple[str, str, object, str, str]]:
    """Each number as (group, name, value, unit, how it was found)."""
    for group in (CAPTURE, SIGNATURE, MATCHING, SERVICE):
        for field in attrs.fields(type(group)):
            yield (
                type(group).__name__,
                field.name,
                getattr(group, field.name),
                field.metadata["unit"],
                field.metadata["found"],
            )
