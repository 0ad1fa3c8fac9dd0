"""How a camera is doing."""

from __future__ import annotations

from enum import StrEnum

import attrs

from thenar.records._checks import between, whole


class CameraState(StrEnum):
    """What an open camera is doing."""

    STREAMING = "streaming"
    RECONNECTING = "reconnecting"
    ENDED = "ended"


@attrs.frozen
class CameraHealth:
    """How an open camera is doing, counted since it was opened.

    Attributes:
        state: ``reconnecting`` while it is lost and looked for again.
        frames: sets of frames that arrived whole.
        overtaken: of these, how many nobody read before the next came.
        damaged: frames of which a part was lost on the way; none of them is shown.
        unpaired: frames of one band without one of the other at the same moment.
        reconnects: how often it was lost and found again.
        silent: seconds since the last frame, or since it was opened.
        trouble: what went wrong last; empty where nothing did.
    """

    state: CameraState = attrs.field(converter=CameraState)
    frames: int = attrs.field(default=0, validator=whole())
    overtaken: int = attrs.field(default=0, validator=whole())
    damaged: int = attrs.field(default=0, validator=whole())
    unpaired: int = attrs.field(default=0, validator=whole())
    reconnects: int = attrs.field(default=0, validator=whole())
    silent: float = attrs.field(default=0.0, validator=between(0, float("inf")))
    trouble: str = ""
