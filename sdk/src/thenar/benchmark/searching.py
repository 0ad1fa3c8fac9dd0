"""Search for everybody who comes, by the clock."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import attrs
import numpy as np

from thenar.benchmark.queries import Query
from thenar.evaluation.progress import Progress
from thenar.protocols import Gallery
from thenar.records import Candidate, Hand


@attrs.frozen(eq=False)
class Answer:
    """What one search gave.

    Attributes:
        query: who came.
        found: the two best.
        milliseconds: from the probe to the answer, one search at a time.
    """

    query: Query
    found: Sequence[Candidate]
    milliseconds: float

    @property
    def hit(self) -> bool:
        """The mate came first."""
        return bool(self.found) and self.found[0].reference == self.query.mate


@attrs.frozen(eq=False)
class Searched:
    """How searching went.

    Attributes:
        answers: of every query, one search at a time.
        either_hand: the same while no probe tells which hand it is.
        processor_ms: of this process a search, of ``answers``.
        queries_per_second: with one asker a core.
    """

    answers: list[Answer]
    either_hand: list[Answer]
    processor_ms: float
    queries_per_second: float


def search_all(gallery: Gallery, queries: Sequence[Query], progress: Progress) -> Searched:
    """Every query one by one, again without its hand, and again with as many askers as cores."""
    gallery.search(queries[0].probe)  # threads start, memory is fetched
    processor = time.process_time()
    answers = [_timed(gallery, query) for query in progress("Searched", len(queries), queries)]
    processor = 1000 * (time.process_time() - processor) / len(queries)
    either = [
        _timed(gallery, Query(attrs.evolve(query.probe, hand=Hand.UNKNOWN), query.mate))
        for query in progress("Searched for either hand", len(queries), queries)
    ]
    with ThreadPoolExecutor(os.cpu_count()) as askers:
        started = time.perf_counter()
        asked = askers.map(lambda query: gallery.search(query.probe, limit=2), queries)
        for _ in progress("Searched at once", len(queries), asked):
            pass
        rate = len(queries) / (time.perf_counter() - started)
    return Searched(answers, either, processor, rate)


def _timed(gallery: Gallery, query: Query) -> Answer:
    started = time.perf_counter()
    found = gallery.search(query.probe, limit=2)
    return Answer(query, found, 1000 * (time.perf_counter() - started))


def milliseconds(answers: Sequence[Answer], percent: float) -> float:
    """A percentile of the times of answers."""
    return float(np.percentile([answer.milliseconds for answer in answers], percent))


def error_rates(answers: Sequence[Answer], thresholds: Sequence[float]) -> dict[str, list[float]]:
    """Errors of identification (ISO/IEC 19795-1) where the first is accepted up to a rate.

    Returns:
        ``fnir``: the share of the enrolled whose mate is not first, or not within the
        threshold; ``fpir``: the share of strangers for whom anybody is; one for each
        threshold.
    """
    mated = [one for one in answers if one.query.mate is not None]
    strange = np.array([_first(one) for one in answers if one.query.mate is None])
    own = np.array([_first(one) if one.hit else np.inf for one in mated])
    return {
        "fnir": [float((own > threshold).mean()) for threshold in thresholds],
        "fpir": [float((strange <= threshold).mean()) for threshold in thresholds],
    }


def _first(answer: Answer) -> float:
    return answer.found[0].fmr if answer.found else 1.0
