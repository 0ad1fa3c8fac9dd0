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


@attrs.frozen
class SyntheticParameters:
    """Making synthetic palms; tables of anatomy and colour are in ``synthetic/``."""

    atlas_scale: float = tuned(
        160.0, unit="pixels a palm width", found="a crop has 116, so its maps are sharper"
    )
    shape_jitter: float = tuned(
        0.055, unit="share", found="spread of finger lengths in ANSUR II, about 5 %"
    )
    web_radius: float = tuned(0.07, unit="palm widths", found="3 mm webs, by eye")
    outline_smoothing: float = tuned(2.5, unit="map pixels", found="removes the raster's steps")
    fate_line_share: float = tuned(0.55, unit="share", found="by eye on real palms")
    joined_start_share: float = tuned(
        0.7, unit="share", found="head and life line start together in most palms"
    )
    line_shape_jitter: float = tuned(0.12, unit="share of the bulge", found="by eye")
    line_wobble: float = tuned(0.006, unit="crop sides", found="by eye")
    strand_spread: float = tuned(0.012, unit="crop sides", found="by eye")
    wrinkle_count: tuple[int, int] = tuned((5, 15), unit="count", found="BézierPalm, ECCV 2022")
    fine_wrinkle_count: tuple[int, int] = tuned((30, 110), unit="count", found="by eye")
    stray_wrinkle_share: float = tuned(0.3, unit="share", found="by eye")
    crease_sigmas: tuple[float, float, float] = tuned(
        (0.8, 1.3, 2.3), unit="map pixels", found="hair-fine, fine, broad: .5, .9 and 1.6 mm"
    )
    ridge_scales: tuple[tuple[float, float, float], ...] = tuned(
        ((3.6, 4.0, 0.6), (7.0, 8.0, 0.6), (13.0, 13.0, 0.5)),
        unit="map pixels: period, length; share",
        found="spectrum of real crops, by eye",
    )
    ridge_field_jitter: float = tuned(0.35, unit="radians", found="by eye")
    ridge_patch_size: float = tuned(60.0, unit="map pixels", found="by eye")
    ridge_patchiness: float = tuned(0.4, unit="log strength", found="by eye")
    mottle_sizes: tuple[float, ...] = tuned((14.0, 30.0, 60.0), unit="map pixels", found="by eye")
    vein_leaves: int = tuned(80, unit="count", found="published vein trees")
    vein_radius: float = tuned(
        1.05, unit="map pixels of a leaf", found="trunks of 80 leaves are 2.6 mm wide"
    )
    vein_trunk_jitter: float = tuned(0.07, unit="crop sides", found="by eye")
    vein_blur: tuple[float, float] = tuned(
        (2.5, 5.0), unit="map pixels, shallow and deep", found="scatter of 1–3 mm of skin"
    )


@attrs.frozen
class HostParameters:
    """Loading plugins and calling what they provide."""

    load_seconds: float = tuned(10.0, unit="s", found="ten times a plugin that loads OpenCV")
    camera_seconds: float = tuned(10.0, unit="s", found="twice a slow USB camera's opening")
    card_reader_seconds: float = tuned(60.0, unit="s", found="a customer looks for the card")
    liveness_seconds: float = tuned(2.0, unit="s", found="what a customer waits without asking")
    payment_seconds: float = tuned(30.0, unit="s", found="the usual time-out of card networks")
    loyalty_seconds: float = tuned(5.0, unit="s", found="an offer is not worth a longer queue")
    door_seconds: float = tuned(5.0, unit="s", found="then the host is asked to step aside")
    directory_seconds: float = tuned(60.0, unit="s", found="100 000 people in pages of 500")
    notifier_seconds: float = tuned(10.0, unit="s", found="a mail server that greets slowly")
    grace_seconds: float = tuned(1.0, unit="s", found="added where the call names its own time-out")
    calls_at_once: int = tuned(64, unit="calls", found="threads that one stuck provider may hold")
    observer_backlog: int = tuned(1000, unit="events", found="a minute of a busy gate")


CAPTURE = CaptureParameters()
SYNTHETIC = SyntheticParameters()
SIGNATURE = SignatureParameters()
MATCHING = MatchingParameters()
SERVICE = ServiceParameters()
HOST = HostParameters()


def describe() -> Iterator[tuple[str, str, object, str, str]]:
    """Each number as (group, name, value, unit, how it was found)."""
    for group in (CAPTURE, SIGNATURE, MATCHING, SERVICE, HOST):
        for field in attrs.fields(type(group)):
            yield (
                type(group).__name__,
                field.name,
                getattr(group, field.name),
                field.metadata["unit"],
                field.metadata["found"],
            )
