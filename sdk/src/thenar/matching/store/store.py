"""References on disk, in blocks that are replaced and never changed.

A block is a file of up to ``STORE.block`` references of one kind, sealed with a key
of its own. The manifest lists the blocks and their keys, and is itself sealed with a
key that somebody else keeps (:class:`Keys`). A change writes new blocks, then a new
manifest over the old one: that is the moment at which it happened, all of it. What
the old manifest alone listed is overwritten and deleted.

What is removed is gone from the file system. Old copies of it, on the disk's spare
cells or in a backup of the folder, are sealed under block keys that only old
manifests hold, and those under a manifest key that is destroyed with every removal.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import attrs
from pyroaring import BitMap

from thenar.errors import KeyUnavailable, MatchingError
from thenar.matching.store import sealed
from thenar.matching.store.rows import Kind, Rows
from thenar.parameters import STORE

_MANIFEST, _FORMAT = "manifest", b"TNGM1"
_NAME = 32
_ID, _KEY = 16, 32

KEY_PREFIX = "gallery-"
"""What names of manifest keys begin with."""


class Keys(Protocol):
    """Keeps keys elsewhere: :class:`thenar.vault.person_keys.PersonKeys` does."""

    def create(self, name: str, /) -> bytes:
        """A new key, 32 bytes, kept before it is returned."""

    def get(self, name: str, /) -> bytes:
        """The key. Raises KeyUnavailable: never made, or destroyed."""

    def destroy(self, name: str, /) -> None:
        """Destroy a key; destroying it twice is allowed."""


@attrs.frozen(eq=False)
class _Block:
    """A block on disk.

    Attributes:
        id: 16 bytes; names the file.
        key: 32 bytes.
        kind: of its references.
        numbers: of its references.
    """

    id: bytes
    key: bytes = attrs.field(repr=False)
    kind: Kind
    numbers: BitMap


class GalleryStore:
    """References on disk; one process at a time, safe to use from several threads.

    A change that returned is there whenever the store is opened again, and one that
    was interrupted happened wholly or not at all.

    Args:
        folder: where it lies; made when it is not there. Leave it out of backups.
        keys: keep the manifest's key.
        key_name: of that key.
        blocks: what the manifest lists.
    """

    def __init__(self, folder: Path, keys: Keys, key_name: str, blocks: Sequence[_Block]) -> None:
        self._folder = folder
        self._keys = keys
        self._key_name = key_name
        self._blocks = tuple(blocks)
        self._change = threading.Lock()

    @staticmethod
    def is_in(folder: Path) -> bool:
        """Whether a folder has a manifest, that may be readable or not."""
        return (folder / _MANIFEST).exists()

    @classmethod
    def create(cls, folder: Path, keys: Keys) -> GalleryStore:
        """A new, empty one; whatever was in the folder is destroyed."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file in folder.iterdir():
            sealed.destroy(file)
        name = _new_name()
        store = cls(folder, keys, name, ())
        store._write_manifest(keys.create(name), name, ())
        return store

    @classmethod
    def open(cls, folder: Path, keys: Keys) -> tuple[GalleryStore, Iterator[Rows]]:
        """What was stored, and once through all of it; each Rows is overwritten at the next.

        The store may be changed when the iterator is at its end.

        Raises:
            MatchingError: there is none, or it is damaged; so may the iterator.
        """
        try:
            head = (folder / _MANIFEST).read_bytes()[: len(_FORMAT) + _NAME]
            if head[: len(_FORMAT)] != _FORMAT:
                raise MatchingError("The stored gallery has a format that is not known here.")
            name = head[len(_FORMAT) :].decode("ascii")
            plain = sealed.read(folder / _MANIFEST, keys.get(name), b"manifest", len(head))
        except (OSError, ValueError, KeyUnavailable) as error:
            raise MatchingError("There is no stored gallery that can be read.") from error
        each = _ID + _KEY
        listed = [
            (bytes(plain[at : at + _ID]), bytes(plain[at + _ID : at + each]))
            for at in range(0, len(plain), each)
        ]
        names = {_MANIFEST, *(one.hex() for one, _ in listed)}
        for file in folder.iterdir():
            if file.name not in names:
                sealed.destroy(file)
        store = cls(folder, keys, name, ())
        return store, store._read_all(listed)

    def _read_all(self, listed: Iterable[tuple[bytes, bytes]]) -> Iterator[Rows]:
        blocks = []
        for identity, key in listed:
            plain = sealed.read(self._folder / identity.hex(), key, identity)
            rows = Rows.from_buffer(plain)
            blocks.append(_Block(identity, key, rows.kind, BitMap(rows.numbers)))
            yield rows
            rows.wipe()
        self._blocks = tuple(blocks)

    @property
    def key_name(self) -> str:
        """Under which the manifest's key is kept."""
        return self._key_name

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self._folder

    def __len__(self) -> int:
        """How many references it holds."""
        return sum(len(block.numbers) for block in self._blocks)

    def numbers(self) -> BitMap:
        """The references it holds."""
        return BitMap.union(BitMap(), *(block.numbers for block in self._blocks))

    def add(self, parts: Sequence[Rows]) -> None:
        """Add or replace references, on disk when this returns.

        Args:
            parts: of distinct kinds; numbers distinct over all of them.
        """
        arriving = BitMap.union(BitMap(), *(BitMap(rows.numbers) for rows in parts))
        with self._change:
            self._rewrite(arriving, parts)

    def remove(self, numbers: BitMap) -> None:
        """Remove references for good; unknown numbers are ignored."""
        with self._change:
            self._rewrite(numbers, ())

    def destroy(self) -> None:
        """Make all of it unreadable, wherever copies of it are, and delete it."""
        with self._change:
            self._keys.destroy(self._key_name)
            self._blocks = ()
            for file in self._folder.iterdir():
                sealed.destroy(file)

    def _rewrite(self, leaving: BitMap, arriving: Sequence[Rows]) -> None:
        """One change: some numbers leave, some rows arrive, small blocks are joined."""
        left = [block for block in self._blocks if block.numbers.intersect(leaving)]
        if not left and not arriving:
            return
        kinds = dict.fromkeys([*(one.kind for one in left), *(rows.kind for rows in arriving)])
        gone, fresh = set(left), []
        for kind in kinds:
            parts = [rows for rows in arriving if rows.kind == kind]
            old = [block for block in left if block.kind == kind]
            count = sum(map(len, parts)) + sum(
                len(block.numbers) - block.numbers.intersection_cardinality(leaving)
                for block in old
            )
            joining = self._small(kind, gone, count)
            gone.update(joining)
            fresh += self._written(parts, old + joining, leaving)
        kept = (*(block for block in self._blocks if block not in gone), *fresh)
        self._commit(kept, forget=bool(left))
        self._blocks = kept
        for block in gone:
            sealed.destroy(self._folder / block.id.hex())

    def _small(self, kind: Kind, gone: set[_Block], count: int) -> list[_Block]:
        """Blocks that fit into one with what is written anyhow; the largest first."""
        room, joining = -count % STORE.block, []
        others = [one for one in self._blocks if one.kind == kind and one not in gone]
        for block in sorted(others, key=lambda one: -len(one.numbers)):
            if len(block.numbers) <= room:
                joining.append(block)
                room -= len(block.numbers)
        return joining

    def _written(
        self, arriving: Sequence[Rows], old: Sequence[_Block], leaving: BitMap
    ) -> list[_Block]:
        """What arrives and what is left of old blocks, as new blocks on disk."""
        kept = []
        for block in old:
            whole = Rows.from_buffer(
                sealed.read(self._folder / block.id.hex(), block.key, block.id)
            )
            kept.append(whole.without(leaving))
            whole.wipe()
        rows = Rows.joined([*kept, *arriving])
        fresh = []
        for start in range(0, len(rows), STORE.block):
            some = rows.take(slice(start, start + STORE.block))
            block = _Block(
                secrets.token_bytes(_ID), secrets.token_bytes(_KEY), some.kind, BitMap(some.numbers)
            )
            plain = some.to_bytes()
            sealed.write(self._folder / block.id.hex(), plain, block.key, block.id)
            plain[:] = bytes(len(plain))
            fresh.append(block)
        for part in (rows, *kept):
            part.wipe()
        return fresh

    def _commit(self, blocks: Sequence[_Block], *, forget: bool) -> None:
        """Let a manifest take the place of the one before, whose key is destroyed to forget."""
        before = name = self._key_name
        if forget:
            name = _new_name()
        key = self._keys.create(name) if forget else self._keys.get(name)
        self._write_manifest(key, name, blocks)
        self._key_name = name
        if forget:
            self._keys.destroy(before)

    def _write_manifest(self, key: bytes, name: str, blocks: Sequence[_Block]) -> None:
        plain = bytearray().join(block.id + block.key for block in blocks)
        partial, manifest = self._folder / "manifest.new", self._folder / _MANIFEST
        partial.unlink(missing_ok=True)
        sealed.write(partial, plain, key, b"manifest", _FORMAT + name.encode("ascii"))
        sealed.settle(self._folder)
        partial.replace(manifest)
        sealed.settle(self._folder)


def _new_name() -> str:
    return KEY_PREFIX + secrets.token_hex((_NAME - len(KEY_PREFIX)) // 2)
