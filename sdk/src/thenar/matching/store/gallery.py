"""A gallery in memory and its copy on disk, kept alike."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from thenar.errors import KeyUnavailable, MatchingError
from thenar.matching.gallery import ALGORITHM, VERSION
from thenar.matching.store.rows import Kind, Rows
from thenar.matching.store.store import GalleryStore, Keys
from thenar.protocols import Gallery
from thenar.records import Candidate, Probe, Signature

log = logging.getLogger("thenar.matching")


class StoredGallery:
    """A gallery with a copy on disk: there when :meth:`add` returns, gone after :meth:`remove`.

    The copy makes a start quick; somebody else's records are the truth. What does not
    agree with them is removed at the start, what is missing is reported, and a copy
    that cannot be read is destroyed.

    Args:
        gallery: a new, empty one; searches are its own.
        folder: where the copy lies.
        keys: keep its key.
        stamps: the stamps, 0..2⁶⁴−1, of references about to be added: a reference on
            disk counts only while the stamp under its number is the same.
    """

    def __init__(
        self,
        gallery: Gallery,
        folder: Path,
        keys: Keys,
        stamps: Callable[[Iterable[int]], Mapping[int, int]],
    ) -> None:
        self._gallery = gallery
        self._folder = folder
        self._keys = keys
        self._stamps = stamps
        self._store: GalleryStore | None = None
        self._change = threading.Lock()

    def start(self, numbers: NDArray[np.uint32], stamps: NDArray[np.uint64]) -> BitMap:
        """Load the references that should be there.

        Args:
            numbers: uint32 (n,), of all of them, distinct.
            stamps: uint64 (n,).

        Returns:
            Those that were not on disk: the caller adds them.
        """
        order = np.argsort(numbers)
        try:
            store, loaded = self._load(numbers[order], stamps[order])
        except MatchingError as error:
            level = logging.WARNING if GalleryStore.is_in(self._folder) else logging.INFO
            log.log(level, "stored gallery not used", extra={"reason": error.message})
            self._gallery.remove(numbers)
            store, loaded = GalleryStore.create(self._folder, self._keys), BitMap()
        self._store = store
        return BitMap(numbers) - loaded

    def _load(
        self, numbers: NDArray[np.uint32], stamps: NDArray[np.uint64]
    ) -> tuple[GalleryStore, BitMap]:
        store, parts = GalleryStore.open(self._folder, self._keys)
        stale, loaded = BitMap(), BitMap()
        for rows in parts:
            at = np.minimum(np.searchsorted(numbers, rows.numbers), max(len(numbers) - 1, 0))
            wanted = np.zeros(len(rows), np.bool_)
            if len(numbers):
                wanted = (numbers[at] == rows.numbers) & (stamps[at] == rows.stamps)
            stale |= BitMap(rows.numbers[~wanted])
            if wanted.any():
                good = rows.take(wanted)
                _add(self._gallery, good)
                good.wipe()
                loaded |= BitMap(good.numbers)
        store.remove(stale)
        return store, loaded

    @property
    def key_name(self) -> str:
        """Under which the key of the copy is kept; empty before :meth:`start`."""
        return "" if self._store is None else self._store.key_name

    def __len__(self) -> int:
        """How many references it holds."""
        return len(self._gallery)

    def add(self, references: Iterable[tuple[int, Signature]]) -> None:
        """Add or replace references; see :class:`thenar.protocols.Gallery`."""
        arriving = dict(references)
        stamps = self._stamps(arriving)
        kinds: dict[Kind, list[tuple[int, int, Signature]]] = {}
        for number, signature in arriving.items():
            one = (number, stamps[number], signature)
            kinds.setdefault(Kind.of(signature), []).append(one)
        with self._change:
            self._gallery.add(arriving.items())
            if self._store is not None:
                parts = [Rows.of(some) for some in kinds.values()]
                try:
                    self._store.add(parts)
                except (OSError, MatchingError, KeyUnavailable) as error:
                    self._give_up(error)
                for rows in parts:
                    rows.wipe()

    def remove(self, references: Iterable[int]) -> None:
        """Remove references from memory and disk; unknown numbers are ignored."""
        numbers = BitMap(references)
        with self._change:
            self._gallery.remove(numbers)
            if self._store is not None:
                try:
                    self._store.remove(numbers)
                except (OSError, MatchingError, KeyUnavailable) as error:
                    self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        """Go on without a copy: one that lags behind must not be found at the next start."""
        log.error("stored gallery given up", extra={"error": type(error).__name__})
        store, self._store = self._store, None
        if store is not None:
            store.destroy()

    def search(
        self, probe: Probe, *, among: BitMap | None = None, limit: int = 2
    ) -> list[Candidate]:
        """The references most like the probe, best first."""
        return self._gallery.search(probe, among=among, limit=limit)

    def score(
        self, probe: Probe, *, among: BitMap | None = None
    ) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
        """Every reference compared in full."""
        return self._gallery.score(probe, among=among)


def _add(gallery: Gallery, rows: Rows) -> None:
    """All at once where the gallery can."""
    packed: Any = getattr(gallery, "add_packed", None)
    if packed is not None and (rows.kind.algorithm, rows.kind.version) == (ALGORITHM, VERSION):
        packed(rows.kind.aspects, rows.numbers, rows.bits, rows.masks, rows.kind.hand)
    else:
        gallery.add(rows.signatures())
