"""One palm, shown and held still: the frames that were taken, until they are overwritten."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import attrs
import numpy as np
from numpy.typing import NDArray

from thenar.records import FrameSet, PalmCrop


@attrs.frozen(eq=False)
class Moving:
    """A frame of the approach.

    Attributes:
        frames: its own copy.
        outline: int32 n×2, the hand's silhouette in pixels of the primary frame.
        centre: (x, y) of the palm there.
    """

    frames: FrameSet = attrs.field(repr=False)
    outline: NDArray[np.int32] = attrs.field(repr=False)
    centre: tuple[float, float]

    @classmethod
    def of(cls, frames: FrameSet, outline: NDArray[np.int32], crop: PalmCrop) -> Self:
        """A copy, since the frames themselves may be held or overwritten."""
        own = [attrs.evolve(frame, pixels=frame.pixels.copy()) for frame in frames.frames]
        return cls(FrameSet(own), outline, crop.pose.centre)


@attrs.frozen(eq=False)
class Presentation:
    """The best frames of one hover; a context manager that overwrites them at its end.

    Attributes:
        frames: in the order taken.
        crops: one cut from each of them.
        moving: of the approach before, oldest first; may be empty.
    """

    frames: tuple[FrameSet, ...] = attrs.field(repr=False)
    crops: tuple[PalmCrop, ...] = attrs.field(repr=False)
    moving: tuple[Moving, ...] = attrs.field(default=(), repr=False)

    def best(self, count: int) -> list[PalmCrop]:
        """The crops of highest quality, at most ``count``, best first."""
        return sorted(self.crops, key=lambda crop: -crop.quality)[:count]

    def wipe_frames(self) -> None:
        """Overwrite the frames; the crops stay."""
        for frames in (*self.frames, *(one.frames for one in self.moving)):
            wipe_frames(frames)

    def wipe(self) -> None:
        """Overwrite every pixel, and every mask, with zeros."""
        self.wipe_frames()
        for crop in self.crops:
            wipe_crop(crop)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.wipe()


def wipe_frames(frames: FrameSet) -> None:
    """Overwrite what a camera gave; a camera that gives read-only frames wipes its own."""
    for frame in (*frames.frames, *frames.unlit):
        if frame.pixels.flags.writeable:
            frame.pixels.fill(0)


def wipe_crop(crop: PalmCrop) -> None:
    """Overwrite the palm that was cut out."""
    for pixels in (*crop.bands.values(), crop.mask):
        if pixels.flags.writeable:
            pixels.fill(0)
