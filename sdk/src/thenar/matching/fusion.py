"""Several comparisons of one person, as one: both palms say more than either.

Bands and frames of one palm are fused before a rate is made of them
(:mod:`thenar.signature.fusing`, :mod:`thenar.matching.distance`). The rates of two
palms are fused as Stouffer did (1949): each is a normal deviate, strangers' palms
are all but independent, so the sum over the root of their number is a deviate again.
"""

from __future__ import annotations

from collections.abc import Iterable
from statistics import NormalDist

import numpy as np

from thenar.errors import MatchingError
from thenar.matching.calibration import normal_tail

_NORMAL = NormalDist()
_SMALLEST, _LARGEST = 1e-300, 1 - 1e-12


def fused(rates: Iterable[float]) -> float:
    """The false-match rate of several palms together, if all are said to be one person's.

    Args:
        rates: the false-match rate of each palm, 0..1; at least one. A palm that was
            not presented is left out; one that does not match counts against the person.

    Returns:
        0..1. Two palms at 1e-4 each make 7e-8; one at 1e-4 beside one at 0.5 makes 4e-3.

    Raises:
        MatchingError: there is no rate, or one is none.
    """
    given = list(rates)
    if not given or not all(0 <= rate <= 1 for rate in given):
        raise MatchingError(
            f"Expected at least one false-match rate in 0..1, got {given}.",
            remedy="pass the rate of each palm that was compared",
        )
    deviates = [_NORMAL.inv_cdf(min(max(rate, _SMALLEST), _LARGEST)) for rate in given]
    return float(normal_tail(np.array(sum(deviates) / np.sqrt(len(deviates)))))
