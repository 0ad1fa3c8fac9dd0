"""Which frames of two bands were taken at the same moment."""

from __future__ import annotations

from thenar.records import Band, Frame


class Pairing:
    """Pairs the frames of two bands by their times, which rise within each band.

    Args:
        tolerance: seconds that two frames of one moment may differ.
    """

    def __init__(self, tolerance: float) -> None:
        self._tolerance = tolerance
        self._waiting: dict[Band, Frame] = {}
        self.unpaired = 0
        """Frames that were given up: their partner can no longer come."""

    def add(self, frame: Frame) -> tuple[Frame, Frame] | None:
        """Take a frame; the pair that it completes, the new frame first.

        The older of two that are too far apart is given up: later ones are farther from it.
        """
        self.unpaired += frame.band in self._waiting
        self._waiting[frame.band] = frame
        other = next((one for band, one in self._waiting.items() if band is not frame.band), None)
        if other is None:
            return None
        if abs(frame.time - other.time) <= self._tolerance:
            self._waiting.clear()
            return frame, other
        older = min(frame, other, key=lambda one: one.time)
        del self._waiting[older.band]
        self.unpaired += 1
        return None
