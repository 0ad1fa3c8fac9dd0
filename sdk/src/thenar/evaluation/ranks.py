"""Identification in a closed set: who came first?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thenar.evaluation.scores import Scores


def ranks(scores: Scores) -> NDArray[np.intp]:
    """The rank of each mated probe's own palm, from 1; 0 where either side failed.

    Another palm with the same score counts as before it, so a tie is never a success.

    Returns:
        (mated probes,), in the order of the probes.
    """
    rows = np.flatnonzero(scores.probe_palm >= 0)
    own = scores.probe_palm[rows]
    mine = scores.values[rows, own]
    as_good = (scores.values[rows] >= mine[:, None]).sum(axis=1)
    failed = ~scores.probe_acquired[rows] | ~scores.palm_enrolled[own]
    return np.where(failed, 0, as_good)


def cumulative_match(ranked: NDArray[np.intp], deepest: int) -> NDArray[np.float64]:
    """The share of probes whose palm is at rank k or better, for k of 1..``deepest``.

    Args:
        ranked: from :func:`ranks`; 0 is a miss at every rank.
        deepest: largest rank wanted, ≥ 1.
    """
    counted = np.bincount(ranked[ranked > 0], minlength=deepest + 1)[1 : deepest + 1]
    return np.asarray(np.cumsum(counted) / max(len(ranked), 1))
