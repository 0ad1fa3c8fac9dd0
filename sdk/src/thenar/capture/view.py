"""Look at one set of frames: where the palm is, or what to ask of the customer."""

from __future__ import annotations

import attrs
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from thenar.capture.crop import Square, cut, square_of
from thenar.capture.hand import Outline, outline
from thenar.capture.quality import brightness, luminance, quality, sharpness
from thenar.capture.segment import guesses, working_size
from thenar.capture.valleys import Frame2D, palm_frame
from thenar.parameters import CAPTURE
from thenar.records import FrameSet, PalmCrop, Prompt
from thenar.trace import offer


@attrs.frozen(eq=False)
class View:
    """What one look found.

    Attributes:
        crop: the palm, or None where it cannot be cut out.
        prompts: what the customer should change, most urgent first; empty when
            the crop is fit for recognition.
        outline: int32 n×2, the silhouette in pixels of the primary frame; empty
            where no hand is seen.
    """

    crop: PalmCrop | None
    prompts: tuple[Prompt, ...]
    outline: NDArray[np.int32] = attrs.field(repr=False)

    @property
    def quality(self) -> float:
        """0..100, of the crop; 0 without one."""
        return self.crop.quality if self.crop else 0.0


def look(frames: FrameSet) -> View:
    """Find the palm in frames taken at one moment. Never raises for a bad hand."""
    small, scale = working_size(frames.primary)
    found = _best_hand(frames, small)
    if found is None:
        return View(None, (Prompt.SHOW_PALM,), np.empty((0, 2), np.int32))
    silhouette, hand, frame = found
    offer("capture.silhouette", silhouette)
    offer("capture.hand", hand)
    contour = np.rint((hand.contour + 0.5) / scale - 0.5).astype(np.int32)
    if frame is None or frame.doubt > CAPTURE.most_doubt:
        return View(None, _prompts_without_palm(hand, small.shape[:2]), contour)
    offer("capture.frame", frame)
    square = square_of(frame, scale)
    crop = cut(frames, square, silhouette, frame.hand, frame.width / scale)
    crop = attrs.evolve(crop, quality=quality(crop, frame.doubt))
    offer("capture.crop", crop)
    shape = frames.primary.pixels.shape[:2]
    return View(crop, _prompts(crop, square, shape), contour)


def _best_hand(frames: FrameSet, small: MatLike) -> tuple[MatLike, Outline, Frame2D | None] | None:
    """The first guess that is surely a hand, else the least doubtful one."""
    best: tuple[MatLike, Outline, Frame2D | None] | None = None
    least = float("inf")
    for silhouette in guesses(small, frames.primary.band):
        hand = outline(silhouette)
        if hand is None:
            continue
        frame = palm_frame(hand)
        doubt = frame.doubt if frame else CAPTURE.no_frame_doubt + abs(5 - len(hand.fingers))
        doubt += hand.fills_border
        if doubt < least:
            best, least = (silhouette, hand, frame), doubt
        if doubt < CAPTURE.sure:
            break
    return best


def _prompts_without_palm(hand: Outline, shape: tuple[int, int]) -> tuple[Prompt, ...]:
    size = hand.radius / min(shape)
    if size < CAPTURE.radius_share[0]:
        return (Prompt.CLOSER,)
    if size > CAPTURE.radius_share[1] or hand.fills_border > CAPTURE.border_share:
        return (Prompt.FARTHER,)
    return (Prompt.SPREAD_FINGERS,)


def _prompts(crop: PalmCrop, square: Square, shape: tuple[int, int]) -> tuple[Prompt, ...]:
    """What is wrong with a palm that was found, most urgent first."""
    found = []
    height, width = shape
    x, y = square.corners().T
    if x.max() - x.min() > width or y.max() - y.min() > height:
        found.append(Prompt.FARTHER)
    else:
        sides = (
            (x.min() < 0, Prompt.RIGHT),
            (x.max() > width, Prompt.LEFT),
            (y.min() < 0, Prompt.DOWN),
            (y.max() > height, Prompt.UP),
        )
        found += [prompt for outside, prompt in sides if outside]
    if square.side < CAPTURE.side_pixels[0]:
        found.append(Prompt.CLOSER)
    grey = luminance(crop)
    level = brightness(grey, crop.mask)
    if level < CAPTURE.brightness[0]:
        found.append(Prompt.BRIGHTER)
    if float(crop.mask.mean()) < CAPTURE.skin_share[0]:
        found.append(Prompt.DARKER if level > CAPTURE.too_bright else Prompt.FLATTEN)
    elif sharpness(grey, crop.mask) < CAPTURE.sharpness[0]:
        found.append(Prompt.HOLD_STILL)
    return tuple(found)
