"""One shard against two: ``python -m bench.cluster [PALMS] [QUERIES]``.

Each shard is one process that searches on one core; one and two shards are asked by
turns. The wall clock counts if the machine has nothing else to do. What each shard's
process used of a processor counts anyhow: the slowest shard is what a search waits for.
The palms are random bits, which cost what palms cost; one asker in ten is a stranger, and
no probe tells which hand it is, so that all palms are searched.
"""

from __future__ import annotations

import sys
import time

import attrs
import numpy as np
import ray
from numpy.typing import NDArray

from thenar.benchmark.population import ASPECTS, mates
from thenar.matching.ray import RayGallery, RayMatcher
from thenar.records import Hand

_AT_ONCE = 16 * 1024
STRANGER_EVERY = 10


def main(palms: int = 1_000_000, queries: int = 100) -> None:
    """Print the figures."""
    one, two = (RayMatcher(shards=shards).gallery() for shards in (1, 2))
    random = np.random.default_rng(1)
    for start in range(0, palms, _AT_ONCE):
        numbers = np.arange(start, min(start + _AT_ONCE, palms), dtype=np.uint32) + np.uint32(
            queries
        )
        bits = random.integers(0, 2**64, (len(numbers), 1, 128), np.uint64)
        masks = np.full((len(numbers), 1, 16), 2**64 - 1, np.uint64)
        for gallery in (one, two):
            gallery.add_packed(ASPECTS, numbers, bits, masks)
    people = [mates(number, 2) for number in range(queries)]
    strange = [number % STRANGER_EVERY == 0 for number in range(queries)]
    for gallery in (one, two):
        gallery.add(
            (number, pair.reference) for number, pair in enumerate(people) if not strange[number]
        )
    taken: dict[str, list[float]] = {"one": [], "two": []}
    used: dict[str, list[float]] = {"one": [], "two": []}
    same = found = 0
    for number, pair in enumerate(people):
        probe = attrs.evolve(pair.probe, hand=Hand.UNKNOWN)
        answers = []
        for name, gallery in (("one", one), ("two", two)):
            before, began = busy(gallery), time.perf_counter()
            answers.append(gallery.search(probe))
            taken[name].append(1000 * (time.perf_counter() - began))
            used[name].append(1000 * float((busy(gallery) - before).max()))
        same += answers[0] == answers[1]
        found += not strange[number] and answers[1][0].reference == number
    enrolled = queries - sum(strange)
    print(
        f"cluster of {palms:,}: {found} of {enrolled} found; {same} of {queries} answers the same"
    )
    for what, times in (("by the clock", taken), ("of the slowest shard's processor", used)):
        for who, some in (
            ("all", np.full(queries, fill_value=True)),
            ("the enrolled", ~np.array(strange)),
            ("strangers", np.array(strange)),
        ):
            one_ms, two_ms = (float(np.mean(np.array(each)[some])) for each in times.values())
            print(
                f"cluster search {what}, mean of {who}: {one_ms:.1f} ms with one shard, "
                f"{two_ms:.1f} ms with two: {one_ms / two_ms:.2f} times"
            )
    ray.shutdown()


def busy(gallery: RayGallery) -> NDArray[np.float64]:
    """Seconds of the processor that each shard's process has used."""
    asked = [
        shard.ask("__ray_call__", lambda _: time.process_time()).get() for shard in gallery.shards
    ]
    return np.array(asked)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
