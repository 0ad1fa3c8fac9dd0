"""Which prompt the customer sees: not every frame's, and from where they stand."""

from __future__ import annotations

from thenar.parameters import DEVICE
from thenar.records import Prompt

_FACING = {Prompt.LEFT: Prompt.RIGHT, Prompt.RIGHT: Prompt.LEFT}


def as_seen_by_the_customer(prompt: Prompt) -> Prompt:
    """Capture names sides of the picture; a customer who faces the camera has them reversed."""
    return _FACING.get(prompt, prompt)


class SteadyPrompt:
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
