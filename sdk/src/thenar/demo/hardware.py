"""The demonstration's own plugin: a camera that shows synthetic hands, and a card reader."""

from __future__ import annotations

from collections.abc import Sequence

import thenar
from thenar.protocols import Camera, CardReader
from thenar.records import Provider
from thenar.synthetic import empty
from thenar.testing.simulated import Clock, SimulatedCamera, SimulatedCardReader

FPS = 10.0
"""Few frames a second, since each is rendered while the customer waits."""


class Hardware:
    """Both, with a handle for whoever plays the customer.

    Args:
        clock: what the camera's frames take their time on.
        background: whether the camera shows the empty view between customers; without
            it, it gives no frames then, and nobody waits for them to be looked at.
    """

    THENAR_API = thenar.API_VERSION

    def __init__(self, clock: Clock, *, background: bool) -> None:
        view = empty(0) if background else None
        self.camera = SimulatedCamera(fps=FPS, background=view, clock=clock)
        self.card_reader = SimulatedCardReader(clock)

    @thenar.hookimpl
    def thenar_cameras(self) -> Sequence[Provider[Camera]]:
        """The camera, as ``demonstration``."""
        return [Provider("demonstration", make=lambda _: self.camera)]

    @thenar.hookimpl
    def thenar_card_readers(self) -> Sequence[Provider[CardReader]]:
        """The card reader, as ``demonstration``."""
        return [Provider("demonstration", make=lambda _: self.card_reader)]
