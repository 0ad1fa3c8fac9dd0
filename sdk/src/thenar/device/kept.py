"""What a hover keeps of its frames until it is over."""

from __future__ import annotations

import math

import attrs

from thenar.capture import View
from thenar.device.gesture import Gesture, Standing
from thenar.device.presentation import Moving, Presentation, wipe_crop, wipe_frames
from thenar.parameters import DEVICE
from thenar.records import FrameSet, PalmCrop


@attrs.define(eq=False)
class Kept:
    """The frames of a hold, each with the palm cut from it; whatever is let go is overwritten."""

    pairs: list[tuple[FrameSet, PalmCrop]] = attrs.field(factory=list, repr=False)
    moving: list[Moving] = attrs.field(factory=list, repr=False)

    def take(self, frames: FrameSet, view: View, gesture: Gesture) -> None:
        """Take in what one look found; what the gesture does not hold is overwritten."""
        crop = view.crop
        if gesture.standing is Standing.ABSENT:
            self.keep_moving(0)
        elif gesture.standing in (Standing.APPROACHING, Standing.POSITIONED) and crop is not None:
            self.approach(frames, view, crop)
        if gesture.held and crop is not None:
            self.pairs.append((frames, crop))
        else:
            let_go(frames, view)
        self.keep(len(gesture.held))

    def approach(self, frames: FrameSet, view: View, crop: PalmCrop) -> None:
        """Keep the newest frames of the movement, each some way from the one before."""
        apart = DEVICE.moving_apart * frames.primary.pixels.shape[0]
        if not self.moving or math.dist(self.moving[-1].centre, crop.pose.centre) >= apart:
            self.moving.append(Moving.of(frames, view.outline, crop))
            self.keep_moving(DEVICE.moving_frames)

    def wipe(self) -> None:
        """Overwrite all of it."""
        self.keep(0)
        self.keep_moving(0)

    def keep_moving(self, count: int) -> None:
        """Keep the newest frames of the approach only."""
        gone = len(self.moving) - count
        for one in self.moving[: max(0, gone)]:
            wipe_frames(one.frames)
        del self.moving[: max(0, gone)]

    def keep(self, count: int) -> None:
        """Keep the newest ones only."""
        gone = len(self.pairs) - count
        for frames, crop in self.pairs[:gone]:
            wipe_frames(frames)
            wipe_crop(crop)
        del self.pairs[:gone]

    def best(self) -> Presentation:
        """The best of them in the order taken; the others are overwritten."""
        ranked = sorted(self.pairs, key=lambda pair: -pair[1].quality)
        chosen = {id(pair[1]) for pair in ranked[: DEVICE.steady_frames]}
        for left, crop in ranked[DEVICE.steady_frames :]:
            wipe_frames(left)
            wipe_crop(crop)
        pairs = [pair for pair in self.pairs if id(pair[1]) in chosen]
        return Presentation(
            tuple(frames for frames, _ in pairs),
            tuple(crop for _, crop in pairs),
            tuple(self.moving),
        )


def let_go(frames: FrameSet, view: View) -> None:
    """Overwrite what one look took in."""
    wipe_frames(frames)
    if view.crop is not None:
        wipe_crop(view.crop)
