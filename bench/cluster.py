"""One shard against two: ``python -m bench.cluster [PALMS] [QUERIES]``.

Each shard is one process that searches on one core; one and two shards are asked by
turns. The wall clock counts if the machine has nothing else to do. What each shard's
process used of a processor counts anyhow: the slowest shard is what a search waits for.
Strangers are random bits, which cost what palms cost.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import ray
from numpy.typing import NDArray

from thenar.benchmark.population import ASPECTS, mates
from thenar.matching.ray import RayGallery, RayMatcher

_AT_ONCE = 16 * 1024


def main(palms: int = 1_000_000, queries: int = 20) -> None:
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
    for gallery in (one, two):
        gallery.add((number, pair.reference) for number, pair in enumerate(people))
    taken: dict[str, list[float]] = {"one": [], "two": []}
    used: dict[str, list[float]] = {"one": [], "two": []}
    alike = found = 0
    for number, pair in enumerate(people):
        answers = []
        for name, gallery in (("one", one), ("two", two)):
            before, began = busy(gallery), time.perf_counter()
            answers.append(gallery.search(pair.probe))
            taken[name].append(time.perf_counter() - began)
            used[name].append(float((busy(gallery) - before).max()))
        alike += answers[0] == answers[1]
        found += answers[1][0].reference == number
    one_ms, two_ms = (1000 * float(np.median(times)) for times in taken.values())
    print(
        f"cluster search of {palms + queries:,}: {one_ms:.1f} ms with one shard, {two_ms:.1f} ms "
        f"with two: {one_ms / two_ms:.2f} times; {alike} of {queries} answers alike, "
        f"{found} found"
    )
    one_ms, two_ms = (1000 * float(np.median(times)) for times in used.values())
    print(
        f"cluster processor time of the slowest shard: {one_ms:.1f} ms of one, {two_ms:.1f} ms "
        f"of two: {one_ms / two_ms:.2f} times"
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
