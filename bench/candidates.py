"""Candidate sets: ``python -m bench.candidates [PALMS] [QUERIES]``.

Milliseconds to change sets of all palms and to evaluate an expression over them, and
what a search among every twentieth palm costs against a search of all. Times of
searches are of the processor, over all cores, so that a busy machine shows the same.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable

import numpy as np
from pyroaring import BitMap

from thenar.benchmark.population import ASPECTS, Mates, mates, strangers
from thenar.matching.candidates import Sets, parse
from thenar.matching.gallery import NumpyGallery
from thenar.records import Probe

SHARE, FEW = 20, 1500
EXPRESSION = parse("tickets:match-42 & consent:enter & hand:left - suspended")


def main(palms: int = 1_000_000, queries: int = 20) -> None:
    """Print the figures."""
    random = np.random.default_rng(1)
    sets(palms, random)
    gallery = NumpyGallery()
    start = 1
    for cells in strangers(palms, 1):
        numbers = np.arange(start, start + len(cells), dtype=np.uint32)
        whole = np.full((len(cells), 1, 16), 2**64 - 1, np.uint64)
        gallery.add_packed(ASPECTS, numbers, cells[:, None], whole)
        start += len(cells)
    pairs = [mates(number, 1) for number in range(queries)]
    some = BitMap(random.choice(palms, palms // SHARE, replace=False).astype(np.uint32) + 1)
    for pair in pairs:
        gallery.search(pair.probe, among=some)
    whole_cost = cost(lambda probe: gallery.search(probe), pairs)
    cost_of_some = cost(lambda probe: gallery.search(probe, among=some), pairs)
    few = BitMap(random.choice(palms, FEW, replace=False).astype(np.uint32) + 1)
    least = cost(lambda probe: gallery.search(probe, among=few), pairs)
    print(f"candidates search of {palms:,}: {whole_cost:.1f} ms of processor time")
    print(f"candidates search of {len(some):,} of them: {cost_of_some:.1f} ms")
    print(f"candidates search of {FEW:,}, the cost of any search: {least:.1f} ms")
    print(
        f"candidates ratio: 1 : {whole_cost / cost_of_some:.1f}; beyond the cost of any "
        f"search 1 : {(whole_cost - least) / (cost_of_some - least):.1f}"
    )


def sets(palms: int, random: np.random.Generator) -> None:
    """Changing and evaluating sets of all palms."""
    held = Sets()
    everybody = np.arange(palms, dtype=np.uint32)
    for name, share in (
        ("tickets:match-42", 0.05),
        ("consent:enter", 0.9),
        ("hand:left", 0.5),
        ("suspended", 0.01),
        ("active", 1.0),
    ):
        held.replace(name, BitMap(everybody[random.random(palms) < share]))
    list_of_tonight = BitMap(random.choice(palms, palms // SHARE, replace=False).astype(np.uint32))
    changes = {
        "one palm enters 5 sets": lambda: held.add({name: [7] for name in held.names()}),
        "one palm leaves them": lambda: held.discard(BitMap([7])),
        f"{palms // SHARE:,} enter one": lambda: held.add({"active": list_of_tonight}),
        "a list is replaced": lambda: held.replace("tickets:match-42", list_of_tonight),
        "expression evaluated": lambda: held.select(EXPRESSION),
    }
    for what, change in changes.items():
        taken = []
        for _ in range(20):
            began = time.perf_counter()
            change()
            taken.append(time.perf_counter() - began)
        print(f"candidates sets of {palms:,}: {what:28} {1000 * float(np.median(taken)):7.3f} ms")


def cost(search: Callable[[Probe], object], pairs: Iterable[Mates]) -> float:
    """Median milliseconds of processor time."""
    taken = []
    for pair in pairs:
        began = time.process_time()
        search(pair.probe)
        taken.append(time.process_time() - began)
    return 1000 * float(np.median(taken))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
