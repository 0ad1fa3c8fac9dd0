"""The hover: from an empty view to a few good frames of one still palm."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable

import attrs

from thenar.capture import View, look
from thenar.device import words
from thenar.device.display import Display, Shown, Stage
from thenar.device.liveness import only_visible
from thenar.errors import AcquisitionFailure, AttackDetected, CameraTimeout, InteractionCancelled
from thenar.parameters import DEVICE
from thenar.protocols import FrameSource
from thenar.records import FrameSet, Hand, PalmCrop, Prompt

_FACING = {Prompt.LEFT: Prompt.RIGHT, Prompt.RIGHT: Prompt.LEFT}
"""Capture names sides of the picture; a customer who faces the camera has them reversed."""


@attrs.frozen(eq=False)
class Presentation:
    """One palm, shown and held still.

    Attributes:
        frames: in the order taken.
        crops: one cut from each of them.
    """

    frames: tuple[FrameSet, ...] = attrs.field(repr=False)
    crops: tuple[PalmCrop, ...] = attrs.field(repr=False)

    def best(self, count: int) -> list[PalmCrop]:
        """The crops of highest quality, at most ``count``, best first."""
        return sorted(self.crops, key=lambda crop: -crop.quality)[:count]


class Hover:
    """Watches a camera until a palm is usable and still for some frames in a row.

    Args:
        source: an open camera.
        display: shows the silhouette, the prompt and the progress.
        is_cancelled: asked with every frame.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        source: FrameSource,
        display: Display,
        *,
        is_cancelled: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._display = display
        self._is_cancelled = is_cancelled
        self._clock = clock

    def present(self, title: str, *, hand: Hand = Hand.UNKNOWN) -> Presentation:
        """Wait for a palm and take it.

        Args:
            title: what the screen says, e.g. ``"Pay €4.50"``.
            hand: which hand is wanted; UNKNOWN takes either.

        Raises:
            AttackDetected: a palm is held that only visible light sees.
            AcquisitionFailure: no usable, still palm within ``DEVICE.patience`` seconds.
            InteractionCancelled: the customer or the clerk stopped it.
            CameraUnavailable: the camera is gone.
        """
        steady: deque[tuple[FrameSet, PalmCrop]] = deque()
        prompts = _SteadyPrompt()
        pictures = 0
        until = self._clock() + DEVICE.patience
        while self._clock() < until:
            frames = self._next()
            if frames is None:
                continue
            view = look(frames)
            pictures = pictures + 1 if view.crop is None and only_visible(frames) else 0
            if pictures == DEVICE.steady_frames:
                raise AttackDetected(
                    "Visible light shows a palm where near infrared sees none.",
                    remedy="show the bare palm itself; if it was one, check the NIR lamp.",
                )
            asked = self._asked(view, steady, hand)
            asked = _FACING.get(asked, asked) if asked else None
            if asked not in (None, Prompt.HOLD_STILL):
                steady.clear()
            elif view.crop is not None:
                if asked is Prompt.HOLD_STILL:
                    steady.clear()
                steady.append((frames, view.crop))
            self._show(title, frames, view, prompts.after(asked), len(steady))
            if len(steady) == DEVICE.steady_frames:
                return Presentation(tuple(f for f, _ in steady), tuple(c for _, c in steady))
        reasons = (prompts.last,) if prompts.last else (Prompt.SHOW_PALM,)
        raise AcquisitionFailure(
            f"Expected a still, usable palm within {DEVICE.patience:g} s.",
            reasons=reasons,
            remedy=f"{words.PROMPTS[reasons[0]].lower()}.",
        )

    def wait_until_clear(self, title: str) -> None:
        """Wait until the hand is taken away, for at most ``DEVICE.patience`` seconds.

        Raises:
            InteractionCancelled: the customer or the clerk stopped it.
            CameraUnavailable: the camera is gone.
        """
        clear = 0
        until = self._clock() + DEVICE.patience
        while clear < DEVICE.clear_frames and self._clock() < until:
            frames = self._next()
            if frames is None:
                continue
            view = look(frames)
            clear = 0 if len(view.outline) else clear + 1
            if not clear:
                self._show(title, frames, view, Prompt.TAKE_AWAY, DEVICE.steady_frames)

    def _next(self) -> FrameSet | None:
        if self._is_cancelled():
            raise InteractionCancelled("The customer or the clerk stopped it.")
        try:
            return self._source.read(DEVICE.frame_wait)
        except CameraTimeout:
            return None

    def _asked(
        self, view: View, steady: deque[tuple[FrameSet, PalmCrop]], hand: Hand
    ) -> Prompt | None:
        """What the customer must change before this frame counts; None: nothing."""
        if view.crop is None or view.prompts:
            return view.prompts[0] if view.prompts else Prompt.SHOW_PALM
        if hand is not Hand.UNKNOWN and view.crop.hand not in (hand, Hand.UNKNOWN):
            return Prompt.OTHER_HAND
        if steady and not is_same_and_still(steady[-1][1], view.crop):
            return Prompt.HOLD_STILL
        return None

    def _show(
        self, title: str, frames: FrameSet, view: View, prompt: Prompt | None, steady: int
    ) -> None:
        height, width = frames.primary.pixels.shape[:2]
        corners = view.outline[:: len(view.outline) // DEVICE.outline_points + 1]
        self._display.show(
            Shown(
                Stage.PALM,
                title,
                words.PROMPTS[prompt] if prompt else words.PROMPTS[Prompt.HOLD_STILL],
                prompt=prompt,
                progress=steady / DEVICE.steady_frames,
                outline=tuple((x / width, y / height) for x, y in corners.tolist()),
                aspect=width / height,
            )
        )


def is_same_and_still(before: PalmCrop, now: PalmCrop) -> bool:
    """Whether it is the same hand, and hardly moved from one frame to the next."""
    if before.hand is not now.hand:
        return False
    moved = math.dist(before.pose.centre, now.pose.centre) / now.pose.side
    turned = abs((now.pose.roll - before.pose.roll + 180) % 360 - 180)
    return moved <= DEVICE.still_shift and turned <= DEVICE.still_roll


class _SteadyPrompt:
    """Changes the prompt only when the new one has been asked several frames in a row."""

    def __init__(self) -> None:
        self.last: Prompt | None = Prompt.SHOW_PALM
        self._asked: Prompt | None = None
        self._times = 0

    def after(self, asked: Prompt | None) -> Prompt | None:
        """The prompt to show after one more frame."""
        self._times = self._times + 1 if asked is self._asked else 1
        self._asked = asked
        if asked is None or self._times >= DEVICE.prompt_frames:
            self.last = asked
        return self.last
