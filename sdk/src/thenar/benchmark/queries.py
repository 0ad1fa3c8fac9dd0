"""Who comes to a bench: people who are enrolled, seen again, and strangers."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import attrs
import numpy as np

from thenar.benchmark import population
from thenar.evaluation.progress import Progress
from thenar.parameters import BENCH
from thenar.records import Probe, Signature


@attrs.frozen(eq=False)
class Query:
    """One presentation.

    Attributes:
        probe: what was presented.
        mate: number of its reference; None for a stranger.
    """

    probe: Probe
    mate: int | None


@attrs.frozen(eq=False)
class Visitors:
    """Everybody who comes.

    Attributes:
        queries: in the order in which they come.
        enrolled: number → reference of those who are enrolled: another capture
            than the one presented.
    """

    queries: tuple[Query, ...]
    enrolled: dict[int, Signature]


def visitors(count: int, palms: int, seed: int, progress: Progress) -> Visitors:
    """Draw them; a share of ``BENCH.strangers``, at least one, is not enrolled.

    Args:
        count: how many come, 2 or more, no more than palms.
        palms: how large the gallery will be; mates stand evenly in it.
        seed: of the population.
        progress: shows how far this is.
    """
    strangers = max(1, round(BENCH.strangers * count))
    strange = set(np.linspace(0, count - 1, strangers + 1).astype(int)[1:].tolist())
    every = palms // (count - strangers)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        drawn = pool.map(lambda number: population.mates(number, seed), range(count))
        queries: list[Query] = []
        enrolled: dict[int, Signature] = {}
        for place, pair in enumerate(progress("People drawn", count, drawn)):
            mate = None if place in strange else len(enrolled) * every
            queries.append(Query(pair.probe, mate))
            if mate is not None:
                enrolled[mate] = pair.reference
    return Visitors(tuple(queries), enrolled)
