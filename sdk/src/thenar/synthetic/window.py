"""Rectangles of a frame."""

from __future__ import annotations

import attrs


@attrs.frozen
class Window:
    """A rectangle of a frame, pixels; may be empty."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def empty(self) -> bool:
        """Whether no pixel lies in it."""
        return self.right <= self.left or self.bottom <= self.top

    @property
    def area(self) -> tuple[slice, slice]:
        """Its rows and columns."""
        return slice(self.top, self.bottom), slice(self.left, self.right)
