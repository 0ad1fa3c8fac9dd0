"""The check: how much of the palm is glare."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from thenar.records import AttackCheck, Band, FrameSet, PalmCrop

CLIPPED = 250
"""Grey level from which a pixel counts as clipped, 0..255."""


@attrs.frozen
class AcmePlugSettings:
    """The table ``[liveness.acme-plug]``.

    Attributes:
        most_glare: share of the palm, 0..1, above which a presentation is refused.
    """

    most_glare: float = attrs.field(default=0.05, validator=attrs.validators.gt(0))


class AcmePlugCheck:
    """Refuses a palm that shines."""

    def __init__(self, settings: AcmePlugSettings) -> None:
        self._most = settings.most_glare

    def check(self, frames: Sequence[FrameSet], crops: Sequence[PalmCrop]) -> AttackCheck:
        """Judge one presentation by its worst crop."""
        worst = max(glare(crop) for crop in crops)
        passed = worst <= self._most
        return AttackCheck(
            "acme-plug",
            passed=passed,
            score=worst / (worst + self._most),
            reason="" if passed else f"{worst:.0%} of the palm is glare",
        )


def glare(crop: PalmCrop) -> float:
    """Share of the palm, 0..1, that is clipped in visible light, or in the light there is."""
    pixels = crop.bands.get(Band.RGB)
    if pixels is None:
        pixels = next(iter(crop.bands.values()))
    dimmest = pixels.min(axis=2) if pixels.ndim == 3 else pixels
    return float(np.mean(dimmest >= CLIPPED))
