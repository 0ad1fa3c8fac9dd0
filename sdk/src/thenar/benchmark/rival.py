"""The exhaustive rival: FAISS scans the same codes over the same alignments.

IndexBinaryFlat compares whole codes and knows no masks, no quarters that give and no
half cells, so it does less for each alignment than a registration does. All
alignments that it scans for a query go in one call, which is what it is fastest at.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from importlib.util import find_spec
from typing import IO, Any

import attrs
import numpy as np
from numpy.typing import NDArray

from thenar.benchmark.queries import Query
from thenar.evaluation.progress import Progress
from thenar.matching.overlay import BLOCKS, overlay
from thenar.parameters import BENCH, MATCHING

_AT_ONCE = 4096


def installed() -> bool:
    """Whether FAISS can be imported."""
    return find_spec("faiss") is not None


@attrs.frozen
class Scanned:
    """What a scan over every alignment takes.

    Attributes:
        p50_ms: of one query over all alignments.
        alignments: how many there are: poses × whole-cell shifts.
        measured: how many of them were scanned; the time is scaled where fewer.
        queries: how many queries were timed.
    """

    p50_ms: float
    alignments: int
    measured: int
    queries: int


class Rival:
    """An IndexBinaryFlat of the gallery's codes."""

    def __init__(self, bits: int = 8192) -> None:
        import faiss

        self._index: Any = faiss.IndexBinaryFlat(bits)

    def add(self, codes: NDArray[np.uint64]) -> None:
        """Add codes, uint64 (n, words)."""
        self._index.add(np.ascontiguousarray(codes).view(np.uint8))

    def add_file(self, file: IO[bytes]) -> None:
        """Add every code of a file that starts here."""
        size = self._index.d // 8
        while part := file.read(size * _AT_ONCE):
            self._index.add(np.frombuffer(part, np.uint8).reshape(-1, size))

    def nearest(self, codes: NDArray[np.uint64], *, threads: int) -> NDArray[np.int32]:
        """The distance of the nearest to each of some codes, uint64 (n, words), in bits."""
        import faiss

        faiss.omp_set_num_threads(threads)
        distances, _ = self._index.search(np.ascontiguousarray(codes).view(np.uint8), 1)
        nearest: NDArray[np.int32] = distances[:, 0]
        return nearest

    def scan(self, queries: Sequence[Query], progress: Progress) -> Scanned:
        """Time some queries over all alignments, or over as many as there is time for."""
        some = queries[: BENCH.rival_queries]
        milliseconds = []
        for query in progress("Scanned by FAISS", len(some), some):
            codes = alignments(query)
            enough = max(1, min(len(codes), BENCH.rival_comparisons // self._index.ntotal))
            chosen = codes[np.linspace(0, len(codes) - 1, enough).astype(int)]
            started = time.perf_counter()
            self.nearest(chosen, threads=os.cpu_count() or 1)
            seconds = time.perf_counter() - started
            milliseconds.append(1000 * seconds * len(codes) / enough)
        return Scanned(float(np.median(milliseconds)), len(codes), enough, len(some))


def alignments(query: Query) -> NDArray[np.uint64]:
    """The probe's code at every pose and whole-cell shift that the matcher tries: (n, 128)."""
    laid = overlay(query.probe, np.array([0]))
    reach = laid.side // 2 + 2 * MATCHING.reach * np.array([-1, 1])
    whole = slice(reach[0], reach[1] + 1, 2)
    cells = laid.cells.reshape(BLOCKS, laid.poses, laid.side, laid.side, -1)[:, :, whole, whole]
    return np.moveaxis(cells, 0, -2).reshape(-1, BLOCKS * cells.shape[-1])
