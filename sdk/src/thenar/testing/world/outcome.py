"""What became of what somebody wanted, in a closed vocabulary."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import attrs

from thenar.errors import (
    AcquisitionFailure,
    AttackDetected,
    CameraUnavailable,
    CloudUnreachable,
    DuplicatePalm,
    PaymentDeclined,
    PaymentError,
    PaymentUnknown,
    ThenarError,
)


class Result(StrEnum):
    """How a flow ended."""

    ENROLLED = "enrolled"
    DUPLICATE = "duplicate palm"
    CARD_REFUSED = "card refused"
    NO_CARD = "no card"
    CAPTURED = "captured"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    MEMBER = "member"
    LET_IN = "let in"
    KEPT_OUT = "kept out"
    FORGOTTEN = "forgotten"
    PENDING = "forgotten later"
    NOT_RECOGNISED = "not recognised"
    NO_PALM = "no palm"
    ATTACK = "attack"
    NO_CAMERA = "no camera"
    NO_SERVICE = "no service"
    REFUSED = "refused"


_OF_ERRORS: tuple[tuple[type[ThenarError], Result], ...] = (
    (DuplicatePalm, Result.DUPLICATE),
    (PaymentDeclined, Result.CARD_REFUSED),
    (PaymentUnknown, Result.UNKNOWN),
    (PaymentError, Result.NO_CARD),
    (AttackDetected, Result.ATTACK),
    (AcquisitionFailure, Result.NO_PALM),
    (CameraUnavailable, Result.NO_CAMERA),
    (CloudUnreachable, Result.NO_SERVICE),
)
"""Error → how it is told; the first that fits."""


@attrs.frozen
class Outcome:
    """How a flow ended, and a few words more.

    Attributes:
        result: how it ended.
        said: what came back: a reason, an amount, a balance.
    """

    result: Result
    said: str = ""


def outcome_of(flow: Callable[[], Outcome]) -> Outcome:
    """What a flow returned, or what the error that it raised comes to."""
    try:
        return flow()
    except ThenarError as error:
        kinds = (result for kind, result in _OF_ERRORS if isinstance(error, kind))
        return Outcome(next(kinds, Result.REFUSED), error.message)
