"""What Thenar itself provides; always active, also in safe mode."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from thenar.hookspecs import API_VERSION, hookimpl
from thenar.records import NoSettings, Provider

if TYPE_CHECKING:
    from thenar.protocols import LivenessCheck, Matcher, SignatureMaker

THENAR_API = API_VERSION


@hookimpl
def thenar_signatures() -> Sequence[Provider[SignatureMaker]]:
    """The block code."""
    return [Provider("blocks", make=_block_code, summary="a code of line orientations by block")]


@hookimpl
def thenar_matchers() -> Sequence[Provider[Matcher]]:
    """The exact matcher."""
    return [Provider("numpy", make=_numpy_matcher, summary="exact search in this process")]


@hookimpl
def thenar_liveness() -> Sequence[Provider[LivenessCheck]]:
    """Checks of one presentation, by its pictures alone."""
    return [
        Provider("pattern", make=_pattern, summary="dots and pixels of prints and screens"),
        Provider("colour", make=_colour, summary="lines that are not of blood's colour"),
        Provider("bands", make=_bands, summary="near infrared against visible light"),
    ]


def _block_code(_: NoSettings) -> SignatureMaker:
    from thenar.signature import BlockCode

    return BlockCode()


def _numpy_matcher(_: NoSettings) -> Matcher:
    from thenar.matching import NumpyMatcher

    return NumpyMatcher()


def _pattern(_: NoSettings) -> LivenessCheck:
    from thenar.device.liveness import PatternCheck

    return PatternCheck()


def _colour(_: NoSettings) -> LivenessCheck:
    from thenar.device.liveness import ColourCheck

    return ColourCheck()


def _bands(_: NoSettings) -> LivenessCheck:
    from thenar.device.liveness import BandsCheck

    return BandsCheck()
