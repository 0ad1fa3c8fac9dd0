"""What takes frames from one kind of device, on a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import attrs
import numpy as np
from numpy.typing import NDArray

from thenar.records import Band

Images = Mapping[Band, NDArray[np.uint8]]


@attrs.frozen(eq=False)
class Taken:
    """What a device gave at one moment.

    Attributes:
        images: uint8, one a band; none where only spoilt frames came.
        damaged: frames since the one before that were lost or spoilt on the way.
        unpaired: frames since the one before that had no partner in the other band.
        times: when each band's image came, monotonic seconds; empty: now.
    """

    images: Images
    damaged: int = 0
    unpaired: int = 0
    times: Mapping[Band, float] = attrs.field(factory=dict)


class Grabber(Protocol):
    """Takes images one after another."""

    def grab(self) -> Taken | None:
        """The next images, or None when there will be no more. May block.

        Raises:
            CameraUnavailable: the device is gone.
        """

    def release(self) -> None:
        """Let go of the device; called once, on the same thread."""


Start = Callable[[], Grabber]
"""Opens the device, on the thread that grabs; raises CameraUnavailable."""
