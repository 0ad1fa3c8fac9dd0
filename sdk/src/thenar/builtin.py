"""What Thenar itself provides; always active, also in safe mode."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import attrs

from thenar.errors import SettingsError
from thenar.hookspecs import API_VERSION, hookimpl
from thenar.records import NoSettings, Provider

if TYPE_CHECKING:
    from thenar.protocols import LivenessCheck, Matcher, SignatureMaker

THENAR_API = API_VERSION


@attrs.frozen
class RaySettings:
    """The table ``[matcher.ray]``.

    Attributes:
        shards: into how many parts a gallery is cut, from 1.
        replicas: how many machines hold each part, from 1; with 2, one may be lost.
        address: of the cluster's head, e.g. ``"10.0.0.1:6379"``; empty: a cluster of
            this machine alone.
    """

    shards: int = attrs.field(default=2, validator=attrs.validators.ge(1))
    replicas: int = attrs.field(default=1, validator=attrs.validators.ge(1))
    address: str = ""


@hookimpl
def thenar_signatures() -> Sequence[Provider[SignatureMaker]]:
    """The block code, in a profile for each use; their references are alike."""
    return [
        Provider(
            "blocks", make=partial(_block_code, "balanced"), summary="line orientations by block"
        ),
        Provider(
            "blocks-fast",
            make=partial(_block_code, "fast"),
            summary="the same, for palms guided to one distance: half the time",
        ),
        Provider(
            "blocks-strict",
            make=partial(_block_code, "strict"),
            summary="the same, forgiving more poses and less hidden skin",
        ),
    ]


@hookimpl
def thenar_matchers() -> Sequence[Provider[Matcher]]:
    """The exact matcher, in one process or on a cluster."""
    return [
        Provider("numpy", make=_numpy_matcher, summary="exact search in this process"),
        Provider(
            "ray", make=_ray_matcher, settings=RaySettings, summary="the same, on a Ray cluster"
        ),
    ]


@hookimpl
def thenar_liveness() -> Sequence[Provider[LivenessCheck]]:
    """Checks of one presentation, by its pictures alone."""
    return [
        Provider("pattern", make=_pattern, summary="dots and pixels of prints and screens"),
        Provider("colour", make=_colour, summary="lines that are not of blood's colour"),
        Provider("bands", make=_bands, summary="near infrared against visible light"),
        Provider("highlights", make=_highlights, summary="lamps mirrored in glass and gloss"),
        Provider("border", make=_border, summary="edges of paper and telephones"),
        Provider("flash", make=_flash, summary="the answer to the reader's own lamp"),
    ]


def _block_code(profile: str, _: NoSettings) -> SignatureMaker:
    from thenar.signature import BlockCode

    return BlockCode(profile)


def _numpy_matcher(_: NoSettings) -> Matcher:
    from thenar.matching import NumpyMatcher

    return NumpyMatcher()


def _ray_matcher(settings: RaySettings) -> Matcher:
    try:
        from thenar.matching.ray import RayMatcher
    except ModuleNotFoundError as error:
        if error.name != "ray":
            raise
        raise SettingsError(
            "The matcher 'ray' needs Ray, which is not installed.",
            remedy="pip install 'thenar[ray]'",
        ) from None
    return RayMatcher(settings.shards, settings.replicas, settings.address)


def _pattern(_: NoSettings) -> LivenessCheck:
    from thenar.device.liveness import PatternCheck

    return PatternCheck()


def _colour(_: NoSettings) -> LivenessCheck:
    from thenar.device.liveness import ColourCheck

    return ColourCheck()


def _bands(_: NoSettings) -> LivenessCheck:
    from thenar.device.liveness import BandsCheck

    return BandsCheck()


def _highlights(_: NoSettings) -> LivenessCheck:
    from thenar.device.liveness import HighlightsCheck

    return HighlightsCheck()


def _border(_: NoSettings) -> LivenessCheck:
    from thenar.device.liveness import BorderCheck

    return BorderCheck()


def _flash(_: NoSettings) -> LivenessCheck:
    from thenar.device.liveness import FlashCheck

    return FlashCheck()
