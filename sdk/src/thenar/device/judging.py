"""Every liveness check must pass, and so must all of them together."""

from __future__ import annotations

import math
from collections.abc import Sequence

from thenar.device.liveness import fused, planarity
from thenar.device.liveness.planarity import usual_rows
from thenar.device.presentation import Presentation
from thenar.errors import AttackDetected, SettingsError, ThenarError
from thenar.parameters import LIVENESS
from thenar.protocols import LivenessCheck
from thenar.records import AttackCheck


def require_living(presentation: Presentation, checks: Sequence[LivenessCheck]) -> None:
    """Refuse a presentation that any check calls an attack, or cannot judge.

    Their scores are fused too: several faint signs refuse what none would alone.

    Raises:
        AttackDetected: names the check and its reason, or those that weighed most.
        SettingsError: there is no check at all.
    """
    if not checks:
        raise SettingsError(
            "No liveness check is enabled, so nobody can be told from a picture.",
            remedy="enable one under [drivers] liveness.",
        )
    said = [_asked(check, presentation) for check in checks]
    said += [planar(presentation)] if presentation.moving else []
    for one in said:
        if not one.passed:
            raise AttackDetected(
                f"The check {one.check!r} refused: {one.reason or 'not a living palm'}.",
                remedy="show the bare palm itself.",
            )
    if fused(said) > LIVENESS.fused_limit:
        most = sorted(said, key=lambda one: -one.score)[:3]
        reasons = "; ".join(one.reason or one.check for one in most)
        raise AttackDetected(
            f"The checks refused together: {reasons}.", remedy="show the bare palm itself."
        )


def _asked(check: LivenessCheck, presentation: Presentation) -> AttackCheck:
    try:
        return check.check(presentation.frames, presentation.crops)
    except ThenarError as error:
        raise AttackDetected(f"A liveness check could not judge: {error.message}") from error


def planar(presentation: Presentation) -> AttackCheck:
    """Between the held palm and the frame of the approach that is best to follow it from."""
    held, now = presentation.crops[0].pose.centre, presentation.frames[0]
    wanted = sum(LIVENESS.plane_travel) / 2 / usual_rows(now)
    start = min(presentation.moving, key=lambda one: abs(math.dist(one.centre, held) - wanted))
    return planarity(start.frames, start.outline, now)
