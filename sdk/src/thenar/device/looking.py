"""Looking at frames, without looking twice at an empty view."""

from __future__ import annotations

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.capture import View, look
from thenar.device.liveness import only_visible
from thenar.parameters import DEVICE
from thenar.records import FrameSet, Prompt


@attrs.frozen(eq=False)
class Look:
    """What one set of frames shows.

    Attributes:
        view: the palm, or what to ask for.
        is_picture: whether visible light shows a palm that near infrared does not.
    """

    view: View
    is_picture: bool = False


NOTHING = Look(View(None, (Prompt.SHOW_PALM,), np.empty((0, 2), np.int32)))


class Watching:
    """Looks for a palm, and knows again a view that it found empty.

    To find nothing costs more than to find a hand. A frame is not searched when it is
    like the one last found empty: no pixel of its thumbnail differs by more than
    ``DEVICE.empty_change`` grey levels in any band.
    """

    def __init__(self) -> None:
        self._empty: NDArray[np.int16] | None = None

    def look(self, frames: FrameSet) -> Look:
        """Find the palm, as :func:`thenar.capture.look` does."""
        small = _thumbnail(frames)
        if _is_like(small, self._empty):
            return NOTHING
        view = look(frames)
        is_picture = view.crop is None and only_visible(frames)
        self._empty = None if is_picture or len(view.outline) else small
        return Look(view, is_picture)


def _is_like(small: NDArray[np.int16], known: NDArray[np.int16] | None) -> bool:
    if known is None or known.shape != small.shape:
        return False
    return int(np.abs(small - known).max()) <= DEVICE.empty_change


def _thumbnail(frames: FrameSet) -> NDArray[np.int16]:
    """Every band as a few pixels, averaged so that noise is gone."""
    side = (DEVICE.thumbnail, DEVICE.thumbnail)
    small = [cv2.resize(f.pixels, side, interpolation=cv2.INTER_AREA) for f in frames.frames]
    return np.concatenate([one.reshape(-1) for one in small]).astype(np.int16)
