"""Look at one set of frames: where the palm is, or what to ask of the customer."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from thenar.capture.channels import in_order
from thenar.capture.crop import cut, square_of
from thenar.capture.find import find_hand
from thenar.capture.prompts import about_hand, about_palm
from thenar.capture.quality import measured, quality
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
    found = find_hand(frames)
    if found is None:
        return View(None, (Prompt.SHOW_PALM,), np.empty((0, 2), np.int32))
    offer("capture.silhouette", found.silhouette)
    offer("capture.hand", found.hand)
    contour = found.contour()
    frame = found.frame
    if frame is None or frame.doubt > CAPTURE.most_doubt:
        height, width = found.window.pixels.shape[:2]
        return View(None, about_hand(found.hand, (height, width)), contour)
    offer("capture.frame", frame)
    square = square_of(frame, found.window)
    crop = cut(frames, square, found.silhouette, found.window, frame)
    crop = in_order(crop)
    measures = measured(crop)
    crop = attrs.evolve(crop, quality=quality(crop, measures, frame.doubt))
    offer("capture.crop", crop)
    height, width = frames.primary.pixels.shape[:2]
    return View(crop, about_palm(crop, measures, square, (height, width)), contour)
