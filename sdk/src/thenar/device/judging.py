"""Every liveness check must pass."""

from __future__ import annotations

from collections.abc import Sequence

from thenar.device.presentation import Presentation
from thenar.errors import AttackDetected, SettingsError, ThenarError
from thenar.protocols import LivenessCheck


def require_living(presentation: Presentation, checks: Sequence[LivenessCheck]) -> None:
    """Refuse a presentation that any check calls an attack, or cannot judge.

    Raises:
        AttackDetected: names the check and its reason.
        SettingsError: there is no check at all.
    """
    if not checks:
        raise SettingsError(
            "No liveness check is enabled, so nobody can be told from a picture.",
            remedy="enable one under [drivers] liveness.",
        )
    for check in checks:
        try:
            said = check.check(presentation.frames, presentation.crops)
        except ThenarError as error:
            raise AttackDetected(f"A liveness check could not judge: {error.message}") from error
        if not said.passed:
            raise AttackDetected(
                f"The check {said.check!r} refused: {said.reason or 'not a living palm'}.",
                remedy="show the bare palm itself.",
            )
