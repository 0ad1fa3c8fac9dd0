"""Everybody's palm in one gallery, and who of them is found."""

from __future__ import annotations

import time

import numpy as np
from pyroaring import BitMap

from thenar.benchmark.population import ASPECTS, mates, strangers
from thenar.matching.gallery import NumpyGallery


class Palms:
    """One palm for each ticket holder; those who come are presented again.

    Args:
        holders: how many tickets were sold.
        coming: how many of them come.
        seed: of the synthetic palms.
    """

    def __init__(self, holders: int, coming: int, seed: int = 1) -> None:
        self._gallery = NumpyGallery()
        self._tonight = BitMap(range(1, holders + 1))
        made = [mates(number, seed) for number in range(coming)]
        self._probes = [one.probe for one in made]
        self._gallery.add((number + 1, one.reference) for number, one in enumerate(made))
        start = coming + 1
        for cells in strangers(holders - coming, seed):
            numbers = np.arange(start, start + len(cells), dtype=np.uint32)
            whole = np.full((len(cells), 1, 16), 2**64 - 1, np.uint64)
            self._gallery.add_packed(ASPECTS, numbers, cells[:, None], whole)
            start += len(cells)
        self.missed = 0
        self.processor_seconds = 0.0

    def find(self, holder: int) -> str:
        """The link of whose palm this is; of the best candidate, be it another's."""
        began = time.thread_time()
        found = self._gallery.search(self._probes[holder], among=self._tonight)
        self.processor_seconds += time.thread_time() - began
        number = found[0].reference - 1
        if number != holder:
            self.missed += 1
        return f"palm-{number:06d}"
