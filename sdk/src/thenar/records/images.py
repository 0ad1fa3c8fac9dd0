"""What the camera sees: frames, and the palm cut out of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

import attrs

from thenar.records._checks import array, between, fail, whole

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CROP_SIDE = 128
"""Side of a palm crop in pixels."""


class Band(StrEnum):
    """The light an image was taken in."""

    RGB = "rgb"
    GREY = "grey"
    NIR = "nir"


class Hand(StrEnum):
    """Which hand a palm belongs to; ``UNKNOWN`` where the image cannot tell."""

    LEFT = "left"
    RIGHT = "right"
    UNKNOWN = "unknown"


@attrs.frozen(eq=False)
class Frame:
    """One image of one band.

    Attributes:
        pixels: uint8, H×W for grey and NIR, H×W×3 in RGB order for colour.
        band: the light it was taken in.
        time: seconds on the camera's monotonic clock.
        number: counts up from 0 within one source; a gap is a dropped frame.
    """

    pixels: NDArray[np.uint8] = attrs.field(
        repr=False, validator=array("uint8", (None, None), (None, None, 3))
    )
    band: Band = attrs.field(converter=Band)
    time: float = attrs.field(default=0.0, validator=between(0, float("inf")))
    number: int = attrs.field(default=0, validator=whole())

    @band.validator
    def _colour_has_three_channels(self, attribute: attrs.Attribute[Band], value: Band) -> None:
        if (self.pixels.ndim == 3) != (value is Band.RGB):
            expected = "H×W×3 pixels for rgb, H×W for grey and nir"
            raise fail(self, attribute, expected, f"{value} with shape {self.pixels.shape}")


def _as_tuple(frames: Iterable[Frame]) -> tuple[Frame, ...]:
    return tuple(frames)


@attrs.frozen(eq=False)
class FrameSet:
    """Frames of different bands taken at the same moment.

    Attributes:
        frames: one frame a band, at least one.
        unlit: the same view right before or after, with the reader's own lamp off, from
            a camera that switches it; else empty.
    """

    frames: tuple[Frame, ...] = attrs.field(converter=_as_tuple)
    unlit: tuple[Frame, ...] = attrs.field(default=(), converter=_as_tuple)

    @frames.validator
    def _one_frame_a_band(
        self, attribute: attrs.Attribute[tuple[Frame, ...]], value: tuple[Frame, ...]
    ) -> None:
        bands = [frame.band for frame in value]
        if not bands or len(set(bands)) != len(bands):
            names = ", ".join(bands) or "none"
            raise fail(self, attribute, "at least one frame, one a band", names)

    @property
    def primary(self) -> Frame:
        """The frame in which the hand is looked for: NIR, else the first."""
        return self.band(Band.NIR) or self.frames[0]

    @property
    def time(self) -> float:
        """Seconds, of the primary frame."""
        return self.primary.time

    @property
    def number(self) -> int:
        """Number of the primary frame."""
        return self.primary.number

    def band(self, band: Band) -> Frame | None:
        """The frame of one band, or None."""
        return next((frame for frame in self.frames if frame.band is band), None)


@attrs.frozen
class Pose:
    """How the hand was held.

    Attributes:
        roll: degrees, −180..180; 0 is fingers up, positive is clockwise in the image.
        tilt: degrees, 0..90, between the palm and the image plane; 0 where not estimated.
        side: side of the crop's square in the source image, pixels.
        centre: (x, y) of the crop's centre in the source image, pixels.
        palm_width: distance between the two reference valleys, pixels; 0 where not found.
    """

    roll: float = attrs.field(default=0.0, validator=between(-180, 180))
    tilt: float = attrs.field(default=0.0, validator=between(0, 90))
    side: float = attrs.field(default=float(CROP_SIDE), validator=between(1, 1e6))
    centre: tuple[float, float] = (CROP_SIDE / 2, CROP_SIDE / 2)
    palm_width: float = attrs.field(default=0.0, validator=between(0, 1e6))


@attrs.frozen(eq=False)
class PalmCrop:
    """The palm, cut out, turned fingers up and scaled to 128×128.

    Attributes:
        bands: uint8 128×128 for grey and NIR, 128×128×3 for RGB.
        mask: bool 128×128; True where the palm's skin can be trusted.
        hand: which hand.
        quality: 0..100, predicts recognition error (ISO/IEC 29794-1).
        pose: how the hand was held.
    """

    bands: Mapping[Band, NDArray[np.uint8]] = attrs.field(repr=lambda b: ", ".join(b))
    mask: NDArray[np.bool_] = attrs.field(
        repr=False, validator=array("bool", (CROP_SIDE, CROP_SIDE))
    )
    hand: Hand = attrs.field(default=Hand.UNKNOWN, converter=Hand)
    quality: float = attrs.field(default=100.0, validator=between(0, 100))
    pose: Pose = attrs.field(factory=Pose)

    @bands.validator
    def _crops_have_the_size(
        self,
        attribute: attrs.Attribute[Mapping[Band, NDArray[np.uint8]]],
        value: Mapping[Band, NDArray[np.uint8]],
    ) -> None:
        if not value:
            raise fail(self, attribute, "at least one band", "none")
        side = (CROP_SIDE, CROP_SIDE)
        for band, pixels in value.items():
            array("uint8", (*side, 3) if band is Band.RGB else side)(self, attribute, pixels)
