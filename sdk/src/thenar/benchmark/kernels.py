"""How near the comparing of bits is to what the machine can do.

One alignment of a probe against many references, 1,024 bits each, is compared by the
kernel of every search's looks (:func:`thenar.matching.screen.look`), next to reading the
same memory, and to FAISS comparing the same codes. Rounds of all of them alternate, so
that whatever else the machine does befalls all, and the fastest round of each counts.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from thenar.benchmark import rival
from thenar.matching.glimpse import Glimpse, Group
from thenar.matching.layout import SIGHT_WORDS, WHOLE
from thenar.matching.screen import look

_ROUNDS = 12
_VIEWS = 25
Words = NDArray[np.uint64]
Work = Callable[[Words], object]


def measure(references: int, *, faiss: bool) -> dict[str, float | None]:
    """Figures of each kernel.

    Args:
        references: how many; more than caches hold, to be told about memory.
        faiss: compare with FAISS.

    Returns:
        Bytes a second, and comparisons a second of one alignment with one reference, with
        one thread and with one a core, one alignment at a time or 25 (batch); the ratios
        are None without FAISS.
    """
    random = np.random.default_rng(0)
    sights = random.integers(0, 2**64, (SIGHT_WORDS, references), np.uint64)
    views = random.integers(0, 2**64, (SIGHT_WORDS, _VIEWS), np.uint64)
    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as pool:
        works = _ours(sights, views, cores, pool)
        if faiss:
            works |= _faiss(sights, np.ascontiguousarray(views.T), cores)
        taken = _seconds(works)
    compared = {name: references / taken[name] for name in taken}
    found: dict[str, float | None] = {
        "memory_bytes_per_second_one_thread": sights.nbytes / taken["memory_one_thread"],
        "memory_bytes_per_second": sights.nbytes / taken["memory"],
        "kernel_bytes_per_second_one_thread": sights.nbytes / taken["kernel_one_thread"],
        "kernel_bytes_per_second": sights.nbytes / taken["kernel"],
        "kernel_comparisons_per_second_one_thread": compared["kernel_one_thread"],
        "kernel_comparisons_per_second": compared["kernel"],
        "kernel_batch_comparisons_per_second": _VIEWS * compared["kernel_batch"],
    }
    if not faiss:
        names = ("faiss_one_thread_comparisons_per_second", "faiss_batch_comparisons_per_second")
        ratios = ("kernel_over_faiss", "kernel_over_faiss_one_thread", "kernel_batch_over_faiss")
        return found | dict.fromkeys((*names, *ratios))
    return found | {
        "faiss_one_thread_comparisons_per_second": compared["faiss_one_thread"],
        "faiss_batch_comparisons_per_second": _VIEWS * compared["faiss_batch"],
        "kernel_over_faiss": compared["kernel"] / compared["faiss_one_thread"],
        "kernel_over_faiss_one_thread": (
            compared["kernel_one_thread"] / compared["faiss_one_thread"]
        ),
        "kernel_batch_over_faiss": compared["kernel_batch"] / compared["faiss_batch"],
    }


def _ours(
    sights: Words, views: Words, cores: int, pool: ThreadPoolExecutor
) -> dict[str, Callable[[], object]]:
    one, batch = (_glimpse(some) for some in (views[..., :1], views))
    parts = np.array_split(sights, cores, axis=1)

    def at_once(work: Work) -> Callable[[], object]:
        return lambda: list(pool.map(work, parts))

    return {
        "memory_one_thread": sights.max,
        "memory": at_once(lambda some: some.max()),
        "kernel_one_thread": lambda: look([sights], one),
        "kernel": at_once(lambda some: look([some], one)),
        "kernel_batch": at_once(lambda some: look([some], batch)),
    }


def _faiss(sights: Words, codes: Words, cores: int) -> dict[str, Callable[[], object]]:
    """FAISS on the same codes; to one query it gives one thread, however many there are."""
    index = rival.Rival(64 * SIGHT_WORDS)
    index.add(sights.T)
    return {
        "faiss_one_thread": lambda: index.nearest(codes[:1], threads=1),
        "faiss_batch": lambda: index.nearest(codes, threads=cores),
    }


def _glimpse(views: Words) -> Glimpse:
    """Views that ask about every bit."""
    every = np.full((1, SIGHT_WORDS, 1), 2**64 - 1, np.uint64)
    return [Group(WHOLE, every, np.ascontiguousarray(views)[None])]


def _seconds(works: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Of the fastest of some rounds, after one that does not count."""
    taken = dict.fromkeys(works, float("inf"))
    for turn in range(1 + _ROUNDS):
        for name, work in works.items():
            started = time.perf_counter()
            work()
            if turn:
                taken[name] = min(taken[name], time.perf_counter() - started)
    return taken
