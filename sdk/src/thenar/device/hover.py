"""The hover: from an empty view to a few good frames of one still palm."""

from __future__ import annotations

import time
from collections.abc import Callable

from thenar.capture import View
from thenar.device import words
from thenar.device.display import Display, Shown, Stage
from thenar.device.gesture import Gesture, Seen, Standing
from thenar.device.kept import Kept, let_go
from thenar.device.looking import Look, Watching
from thenar.device.presentation import Presentation
from thenar.device.prompting import SteadyPrompt, as_seen_by_the_customer
from thenar.errors import AcquisitionFailure, AttackDetected, CameraTimeout, InteractionCancelled
from thenar.parameters import DEVICE
from thenar.protocols import FrameSource
from thenar.records import FrameSet, Hand, Prompt


class Hover:
    """Watches a camera until a palm is usable and still for a moment.

    Args:
        source: an open camera; what it gives is overwritten after use.
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
        self._watching = Watching()

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
        kept = Kept()
        try:
            return self._taken(kept, title, hand)
        except BaseException:
            kept.wipe()
            raise

    def _taken(self, kept: Kept, title: str, hand: Hand) -> Presentation:
        gesture, prompts, pictures = Gesture(), SteadyPrompt(), 0
        until = self._clock() + DEVICE.patience
        while self._clock() < until:
            frames = self._next()
            if frames is None:
                continue
            seen = self._watching.look(frames)
            pictures = pictures + 1 if seen.is_picture else 0
            if pictures == DEVICE.steady_frames:
                raise AttackDetected(
                    "Visible light shows a palm where near infrared sees none.",
                    remedy="show the bare palm itself; if it was one, check the NIR lamp.",
                )
            asked = _asked(seen.view, hand)
            standing = gesture.step(_seen(frames, seen, asked))
            if standing is Standing.POSITIONED:
                asked = Prompt.HOLD_STILL
            self._show(title, frames, seen.view, prompts.after(asked), gesture)
            kept.take(frames, seen.view, gesture)
            if standing is Standing.CAPTURED:
                return kept.best()
        raise _not_taken(prompts.last or Prompt.HOLD_STILL)

    def wait_until_clear(self, title: str | None) -> None:
        """Wait until the hand is taken away, for at most ``DEVICE.patience`` seconds.

        Args:
            title: what the screen says meanwhile; None leaves it as it is.

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
            view = self._watching.look(frames).view
            clear = 0 if len(view.outline) else clear + 1
            if not clear and title is not None:
                self._show(title, frames, view, Prompt.TAKE_AWAY, None)
            let_go(frames, view)

    def _next(self) -> FrameSet | None:
        if self._is_cancelled():
            raise InteractionCancelled("The customer or the clerk stopped it.")
        try:
            return self._source.read(DEVICE.frame_wait)
        except CameraTimeout:
            return None

    def _show(
        self,
        title: str,
        frames: FrameSet,
        view: View,
        prompt: Prompt | None,
        gesture: Gesture | None,
    ) -> None:
        height, width = frames.primary.pixels.shape[:2]
        corners = view.outline[:: len(view.outline) // DEVICE.outline_points + 1]
        self._display.show(
            Shown(
                Stage.PALM,
                title,
                words.PROMPTS[prompt] if prompt else words.PROMPTS[Prompt.HOLD_STILL],
                prompt=prompt,
                progress=gesture.progress if gesture else 1.0,
                standing=gesture.standing if gesture else Standing.CAPTURED,
                outline=tuple((x / width, y / height) for x, y in corners.tolist()),
                aspect=width / height,
            )
        )


def _asked(view: View, hand: Hand) -> Prompt | None:
    """What the customer must change before this frame counts; None: nothing."""
    if view.crop is None or view.prompts:
        first = view.prompts[0] if view.prompts else Prompt.SHOW_PALM
        return as_seen_by_the_customer(first)
    if hand is not Hand.UNKNOWN and view.crop.hand not in (hand, Hand.UNKNOWN):
        return Prompt.OTHER_HAND
    return None


def _seen(frames: FrameSet, seen: Look, asked: Prompt | None) -> Seen:
    crop = seen.view.crop
    usable = crop is not None and asked in (None, Prompt.HOLD_STILL)
    return Seen(
        time=frames.time,
        present=bool(len(seen.view.outline)),
        pose=crop.pose if crop is not None and usable else None,
        hand=crop.hand if crop is not None else Hand.UNKNOWN,
        sharp=asked is None,
    )


def _not_taken(reason: Prompt) -> AcquisitionFailure:
    return AcquisitionFailure(
        f"Expected a still, usable palm within {DEVICE.patience:g} s.",
        reasons=(reason,),
        remedy=f"{words.PROMPTS[reason].lower()}.",
    )
