"""Is one signature better than another? Two evaluations of one manifest, in pairs."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import numpy as np

from thenar.errors import ManifestError
from thenar.evaluation.evaluate import Evaluation
from thenar.evaluation.figures import resampled
from thenar.evaluation.intervals import Resamples


@attrs.frozen
class Difference:
    """How much a figure of the second is above that of the first.

    Attributes:
        value: second less first.
        low: lower end of the 95 % interval.
        high: upper end; an interval without 0 is a difference beyond chance.
    """

    value: float
    low: float
    high: float


def differences(first: Evaluation, second: Evaluation) -> Mapping[str, Difference]:
    """Every figure's difference, by its name in ``Figures.intervals``.

    Both are drawn with the same persons in each resample, so that what is hard for
    both cancels. Left out are figures that either lacks, and those in which neither
    shows any error, about which nothing can be said.

    Raises:
        ManifestError: the two ran over different images.
    """
    if [one.entry for one in (*first.enrolled, *first.probes)] != [
        one.entry for one in (*second.enrolled, *second.probes)
    ]:
        raise ManifestError("Expected two evaluations of one manifest, got two manifests.")
    persons = Resamples.of(first.scores.persons, seed=first.figures.seed)
    one, other = resampled(first.scores, persons), resampled(second.scores, persons)
    found = {}
    for name, figure in one.items():
        against = other[name]
        drawn = against.drawn - figure.drawn
        drawn = drawn[np.isfinite(drawn)]
        if figure.value is None or against.value is None or not drawn.any():
            continue
        value = against.value - figure.value
        low, high = np.percentile(drawn, [2.5, 97.5])
        found[name] = Difference(value, float(min(low, value)), float(max(high, value)))
    return found
