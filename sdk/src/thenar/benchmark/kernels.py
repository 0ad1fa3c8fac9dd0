"""How near the comparing of bits is to what the machine can do.

One alignment of a probe against many references, 1,024 masked bits each, is compared by
the kernel of every search's looks (:func:`thenar.matching.screen.look`), next to reading
the same memory, and to FAISS comparing the same codes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from thenar.benchmark import rival
from thenar.matching.glimpse import Glimpse
from thenar.matching.layout import SIGHT_WORDS
from thenar.matching.screen import look

_REPEATS = 7
_VIEWS = 25
Work = Callable[[NDArray[np.uint64]], object]


def measure(references: int, *, faiss: bool) -> dict[str, float | None]:
    """Best of a few rounds each.

    Args:
        references: how many; more than caches hold, to be told about memory.
        faiss: compare with FAISS.

    Returns:
        Bytes a second and comparisons a second, with one thread and with one a core;
        the ratios are None without FAISS.
    """
    random = np.random.default_rng(0)
    sights = random.integers(0, 2**64, (SIGHT_WORDS, references), np.uint64)
    views = random.integers(0, 2**64, (2, SIGHT_WORDS, _VIEWS), np.uint64)
    one, batch = _glimpse(views[..., :1]), _glimpse(views)
    cores = os.cpu_count() or 1
    parts = [np.ascontiguousarray(part) for part in np.array_split(sights, cores, axis=1)]
    with ThreadPoolExecutor(cores) as pool:

        def both(work: Work) -> tuple[float, float]:
            return _seconds(lambda: work(sights)), _seconds(lambda: list(pool.map(work, parts)))

        reading = both(lambda some: some.max())
        ours = both(lambda some: look([some], one, SIGHT_WORDS))
        batched = both(lambda some: look([some], batch, SIGHT_WORDS))
    found: dict[str, float | None] = {
        "memory_bytes_per_second_one_thread": sights.nbytes / reading[0],
        "memory_bytes_per_second": sights.nbytes / reading[1],
        "kernel_bytes_per_second_one_thread": sights.nbytes / ours[0],
        "kernel_bytes_per_second": sights.nbytes / ours[1],
        "kernel_comparisons_per_second_one_thread": references / ours[0],
        "kernel_comparisons_per_second": references / ours[1],
        "kernel_batch_comparisons_per_second": references * _VIEWS / batched[1],
    }
    return found | _faiss(sights, views[0], found, on=faiss)


def _faiss(
    sights: NDArray[np.uint64],
    views: NDArray[np.uint64],
    ours: dict[str, float | None],
    *,
    on: bool,
) -> dict[str, float | None]:
    """FAISS on the same codes, one query (which it gives one thread) and a batch."""
    names = ("one_thread", "batch")
    if not on:
        empty: dict[str, float | None] = {f"faiss_{n}_comparisons_per_second": None for n in names}
        return empty | {"kernel_over_faiss": None, "kernel_over_faiss_one_thread": None}
    index = rival.Rival(64 * SIGHT_WORDS)
    index.add(sights.T)
    references, codes = sights.shape[1], views.T
    one = references / _seconds(lambda: index.nearest(codes[:1]))
    batch = references * _VIEWS / _seconds(lambda: index.nearest(codes))
    both, alone = (
        ours[f"kernel_comparisons_per_second{suffix}"] or 0.0 for suffix in ("", "_one_thread")
    )
    return {
        "faiss_one_thread_comparisons_per_second": one,
        "faiss_batch_comparisons_per_second": batch,
        "kernel_over_faiss": both / one,
        "kernel_over_faiss_one_thread": alone / one,
    }


def _glimpse(views: NDArray[np.uint64]) -> Glimpse:
    signs, asked = (np.ascontiguousarray(part)[None] for part in views)
    return Glimpse(signs, asked)


def _seconds(work: Callable[[], object]) -> float:
    """Of the fastest of some rounds, after one that does not count."""
    work()
    taken: list[float] = []
    for _ in range(_REPEATS):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return min(taken)
