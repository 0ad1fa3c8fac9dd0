"""Frames that did not arrive, seen by the times that the others carry."""

from __future__ import annotations

from collections import deque
from statistics import median

from thenar_camera.limits import GAP_FRAMES, GAP_JUMP, GAP_LEAST


class Gaps:
    """Counts how many frames a gap between two is long, by the median of the last ones."""

    def __init__(self) -> None:
        self._last: float | None = None
        self._steps: deque[float] = deque(maxlen=GAP_FRAMES)

    def lost(self, time: float | None) -> int:
        """How many frames are missing before this one.

        Args:
            time: seconds that the camera wrote on the frame; None where it writes none.
        """
        before, self._last = self._last, time
        if time is None or before is None or not 0 < time - before < GAP_JUMP:
            return 0
        step = time - before
        usual = median(self._steps) if len(self._steps) >= GAP_LEAST else step
        self._steps.append(step)
        return max(0, round(step / usual) - 1)
