"""Against the exhaustive search, with the same final score: what does the search order lose?

Comparing one probe in full with a million palms takes most of a minute, so that is
done for some queries only. For every enrolled visitor the mate's own score is taken
in full; where the search put somebody worse before it, the mate was lost on the way,
and where it put somebody better, an exhaustive search would have, too.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from pyroaring import BitMap

from thenar.benchmark.searching import Answer
from thenar.evaluation.progress import Progress
from thenar.protocols import Gallery


@attrs.frozen
class Recall:
    """What the search order keeps.

    Attributes:
        at_1: of the enrolled whose mate an exhaustive search ranks first, the share
            for whom the search does, too.
        lost: for how many it does not.
        judged: how many enrolled there are whose mate is best.
        exhaustive: how many queries, strangers among them, were compared with
            everybody in full, at least one.
        agree_at_1: the share of those whose first is the exhaustive search's first.
        mates_agree_at_1: the share among the enrolled of those; None without any.
    """

    at_1: float
    lost: int
    judged: int
    exhaustive: int
    agree_at_1: float
    mates_agree_at_1: float | None


def recall(
    gallery: Gallery, answers: Sequence[Answer], comparisons: int, progress: Progress
) -> Recall:
    """Measure it.

    Args:
        gallery: that was searched.
        answers: of the search.
        comparisons: how many full comparisons to spend; the first query's are always made.
        progress: shows how far this is.
    """
    some = answers[: max(1, comparisons // len(gallery))]
    best = {id(one): _best(gallery, one) for one in progress("Compared in full", len(some), some)}
    judged = lost = 0
    for answer in answers:
        if answer.query.mate is None:
            continue
        if id(answer) in best:
            counts = best[id(answer)] == answer.query.mate
        else:
            counts = answer.hit or not answer.found or _mate_is_better(gallery, answer)
        judged += counts
        lost += counts and not answer.hit
    agree = [best[id(one)] == _found(one) for one in some]
    mates = [same for same, one in zip(agree, some, strict=True) if one.query.mate is not None]
    return Recall(
        1 - lost / max(1, judged),
        lost,
        judged,
        len(some),
        float(np.mean(agree)),
        float(np.mean(mates)) if mates else None,
    )


def _best(gallery: Gallery, answer: Answer) -> int:
    """Who is best of all; of equals the one with the lowest number, as in a search."""
    numbers, rates = gallery.score(answer.query.probe)
    return int(numbers[np.argmin(rates)])


def _found(answer: Answer) -> int | None:
    return answer.found[0].reference if answer.found else None


def _mate_is_better(gallery: Gallery, answer: Answer) -> bool:
    mate = answer.query.mate
    if mate is None:
        return False
    _, rates = gallery.score(answer.query.probe, among=BitMap([mate]))
    return bool(rates[0] < answer.found[0].fmr)
