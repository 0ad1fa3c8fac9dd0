"""How long a start takes from the gallery's copy on disk: ``python -m bench.starting [PALMS]``.

Random bits, which cost what palms cost: nothing here looks at them. Seconds of the
wall clock and of the processor; the file is in the page cache, as after a restart of
the program. Keys are in memory.
"""

from __future__ import annotations

import secrets
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from pyroaring import BitMap

from thenar.matching import NumpyGallery
from thenar.matching.store import GalleryStore, Kind, Rows, StoredGallery

_AT_ONCE = 16 * 1024


class KeysInMemory(dict[str, bytes]):
    """Keys for as long as the program runs."""

    def create(self, name: str) -> bytes:
        self[name] = secrets.token_bytes(32)
        return self[name]

    def get(self, name: str) -> bytes:  # type: ignore[override]
        return self[name]

    def destroy(self, name: str) -> None:
        self.pop(name, None)


def no_stamps(numbers: Iterable[int]) -> Mapping[int, int]:
    return dict.fromkeys(numbers, 0)


def main(palms: int = 1_000_000) -> None:
    """Print the figures."""
    random = np.random.default_rng(1)
    kind, keys = Kind("blocks", 1, ("print",), 128, 16), KeysInMemory()
    with tempfile.TemporaryDirectory() as folder:
        store = GalleryStore.create(Path(folder), keys)
        for start in range(0, palms, _AT_ONCE):
            numbers = np.arange(start, min(start + _AT_ONCE, palms), dtype=np.uint32)
            bits = random.integers(0, 2**64, (len(numbers), 1, 128), np.uint64)
            masks = np.full((len(numbers), 1, 16), 2**64 - 1, np.uint64)
            store.add([Rows(kind, numbers, np.zeros(len(numbers), np.uint64), bits, masks)])
        size = sum(file.stat().st_size for file in Path(folder).iterdir())
        print(f"starting stored: {palms:,} palms, {size / 1e6:,.0f} MB")
        began, busy = time.perf_counter(), time.process_time()
        for _ in GalleryStore.open(Path(folder), keys)[1]:
            pass
        told("read and opened", began, busy, size)
        gallery = StoredGallery(NumpyGallery(), Path(folder), keys, no_stamps)
        began, busy = time.perf_counter(), time.process_time()
        there = np.arange(palms, dtype=np.uint32)
        missing = gallery.start(there, np.zeros(palms, np.uint64))
        told("read, opened and ready to search", began, busy, size)
        print(f"starting missing: {len(missing)}")
        taken = []
        for number in random.integers(0, palms, 20):
            began = time.perf_counter()
            gallery.remove(BitMap([number]))
            taken.append(time.perf_counter() - began)
        print(f"starting one palm removed for good: {1000 * np.median(taken):.1f} ms")


def told(what: str, began: float, busy: float, size: int) -> None:
    wall, processor = time.perf_counter() - began, time.process_time() - busy
    print(
        f"starting {what}: {wall:.2f} s, {processor:.2f} s of the processor, "
        f"{size / processor / 1e6:,.0f} MB/s"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
