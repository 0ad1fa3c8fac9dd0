"""Galleries on disk: what was acknowledged is there, what was removed is nowhere."""

import logging
import os
import runpy
import signal
import subprocess
import sys
import time
from pathlib import Path

import attrs
import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from pyroaring import BitMap

from thenar.errors import MatchingError
from thenar.matching import NumpyMatcher
from thenar.matching.store import GalleryStore, Kind, Rows, StoredGallery
from thenar.matching.store import store as module
from thenar.parameters import STORE
from thenar.records import Band, Hand, Signature
from thenar.signature import BlockCode
from thenar.synthetic import Person, palm_crop

BOTH = Kind("blocks", 1, ("print", "vein"), 128, 16)
OLDER = Kind("other", 3, ("print",), 5, 2)


WRITER = Path(__file__).with_name("store_writer.py")
_writer = runpy.run_path(str(WRITER))
FolderOfKeys, rows, PRINT = _writer["FolderOfKeys"], _writer["rows"], _writer["PRINT"]


def contents(folder, keys):
    """Number → (kind, stamp, bits), read anew from disk."""
    found = {}
    for some in GalleryStore.open(folder, keys)[1]:
        for number, stamp, bits in zip(some.numbers, some.stamps, some.bits, strict=True):
            assert int(number) not in found
            found[int(number)] = (some.kind, int(stamp), bits.tobytes())
    return found


def expected(numbers, seed=0, kind=PRINT):
    some = rows(numbers, seed, kind)
    return {int(n): (kind, seed, b.tobytes()) for n, b in zip(some.numbers, some.bits, strict=True)}


@pytest.fixture
def keys(tmp_path):
    return FolderOfKeys(tmp_path / "keys")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "gallery"


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(module, "STORE", attrs.evolve(STORE, block=4))


class Stored(RuleBasedStateMachine):
    """Any order of adding, replacing, removing and reopening leaves what a dict would hold."""

    kinds = st.sampled_from((PRINT, BOTH, OLDER))
    numbers = st.lists(st.integers(0, 30), max_size=12, unique=True)

    def __init__(self):
        super().__init__()
        base = Path(self.base.mktemp("stored"))
        self.folder, self.keys = base / "gallery", FolderOfKeys(base / "keys")
        self.store = GalleryStore.create(self.folder, self.keys)
        self.model = {}

    @rule(numbers=numbers, seed=st.integers(0, 3), kind=kinds)
    def add(self, numbers, seed, kind):
        self.store.add([rows(numbers, seed, kind)] if numbers else [])
        self.model |= expected(numbers, seed, kind) if numbers else {}

    @rule(numbers=numbers)
    def remove(self, numbers):
        self.store.remove(BitMap(numbers))
        for number in numbers:
            self.model.pop(number, None)

    @rule()
    def reopen(self):
        self.store, parts = GalleryStore.open(self.folder, self.keys)
        for _ in parts:
            pass

    @invariant()
    def holds_what_the_model_holds(self):
        assert set(self.store.numbers()) == set(self.model)
        assert len(self.store) == len(self.model)
        assert contents(self.folder, self.keys) == self.model
        assert [one.name for one in self.keys.folder.iterdir()] == [self.store.key_name]
        kinds = {kind for kind, _, _ in self.model.values()}
        most = 2 * len(self.model) // 4 + 1 + len(kinds)
        assert len(list(self.folder.iterdir())) <= most + 1


def test_any_order(tmp_path_factory, small_blocks):
    Stored.base = tmp_path_factory
    run = settings(max_examples=20, stateful_step_count=12, deadline=None)
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(Stored, settings=run)


def test_killed_at_any_moment_every_change_happened_wholly_or_not_at_all(folder, keys):
    GalleryStore.create(folder, keys)
    model, random, changes = {}, np.random.default_rng(7), 0
    for seed in range(8):
        command = [sys.executable, WRITER, folder, keys.folder, str(seed)]
        writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        first = writer.stdout.readline()
        time.sleep(random.uniform(0, 0.25))
        os.kill(writer.pid, signal.SIGKILL)
        said = [line.split() for line in [first, *writer.stdout] if line.endswith("\n")]
        writer.stdout.close()
        assert writer.wait() == -signal.SIGKILL
        before = model
        for what, *rest in said:
            if what == "done":
                before, changes = model, changes + 1
                continue
            seed_of_rows, *numbers = map(int, rest)
            model = {n: held for n, held in before.items() if n not in numbers}
            if what == "add":
                model |= expected(numbers, seed_of_rows)
        found = contents(folder, keys)
        assert found in (before, model)
        model = found
        assert_nothing_else_is_left(folder, keys)
    assert changes > 10


def assert_nothing_else_is_left(folder, keys):
    """After an opening there are only files that the manifest lists."""
    store, parts = GalleryStore.open(folder, keys)
    count = sum(1 for _ in parts)
    assert len(list(folder.iterdir())) == count + 1
    assert (keys.folder / store.key_name).exists()


def test_what_is_removed_is_in_no_file_and_old_copies_cannot_be_read(folder, keys, tmp_path):
    store = GalleryStore.create(folder, keys)
    store.add([rows(range(20))])
    backup = {file.name: file.read_bytes() for file in folder.iterdir()}
    handles = [os.open(file, os.O_RDONLY) for file in folder.iterdir() if file.name != "manifest"]
    store.remove(BitMap([3]))
    assert contents(folder, keys) == {n: v for n, v in expected(range(20)).items() if n != 3}
    for handle in handles:
        assert not any(os.read(handle, 1 << 20)), "the old block is overwritten"
        os.close(handle)
    old = tmp_path / "backup"
    old.mkdir()
    for name, data in backup.items():
        (old / name).write_bytes(data)
    with pytest.raises(MatchingError):
        GalleryStore.open(old, keys)


def test_nothing_is_in_clear(folder, keys):
    store = GalleryStore.create(folder, keys)
    some = rows(range(50))
    store.add([some])
    kept = b"".join(file.read_bytes() for file in folder.iterdir())
    for bits in some.bits:
        assert bits.tobytes()[:16] not in kept
    for file in folder.iterdir():
        assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("spoil", ["cut", "flip", "empty", "gone", "swapped"])
def test_a_damaged_store_is_refused(folder, keys, spoil, small_blocks):
    GalleryStore.create(folder, keys).add([rows(range(9))])
    blocks = sorted(file for file in folder.iterdir() if file.name != "manifest")
    for file in (blocks[0], folder / "manifest"):
        whole = file.read_bytes()
        if spoil == "cut":
            file.write_bytes(whole[:-1])
        elif spoil == "flip":
            file.write_bytes(whole[:40] + bytes([whole[40] ^ 1]) + whole[41:])
        elif spoil == "empty":
            file.write_bytes(b"")
        elif spoil == "gone":
            file.unlink()
        else:
            file.write_bytes(blocks[1].read_bytes())
        with pytest.raises(MatchingError):
            contents(folder, keys)
        if not file.exists() or file.name != "manifest":
            file.write_bytes(whole)


# The gallery in memory with its copy.


def signature(number):
    some = rows([number])
    return Signature("blocks", 1, ("print",), some.bits[0], some.masks[0])


def stored(folder, keys, stamps=None):
    def stamps_of(numbers):
        return {number: (stamps or {}).get(number, 0) for number in numbers}

    return StoredGallery(NumpyMatcher().gallery(), folder, keys, stamps_of)


def started(folder, keys, there):
    gallery = stored(folder, keys, there)
    numbers = np.array(list(there), np.uint32)
    missing = gallery.start(numbers, np.array(list(there.values()), np.uint64))
    return gallery, set(missing)


def test_a_gallery_starts_with_what_is_stored_and_says_what_is_missing(folder, keys):
    there = {5: 50, 1: 2**64 - 1, 7: 70}
    gallery, missing = started(folder, keys, there)
    assert missing == {1, 5, 7}
    gallery.add((number, signature(number)) for number in there)
    gallery.remove([5, 99])
    again, missing = started(folder, keys, there)
    assert (missing, len(again)) == ({5}, 2)
    again, missing = started(folder, keys, {1: 2**64 - 1, 7: 71})
    assert (missing, len(again)) == ({7}, 1), "a number that was given to another palm is not it"
    assert set(contents(folder, keys)) == {1}, "what should not be there is removed from disk"
    empty, missing = started(folder, keys, {})
    assert (missing, len(empty)) == (set(), 0)
    assert contents(folder, keys) == {}


def test_references_come_back_with_their_hand(folder, keys):
    there = {1: 10, 2: 20}
    gallery, _ = started(folder, keys, there)
    hands = {1: Hand.LEFT, 2: Hand.RIGHT}
    gallery.add((number, attrs.evolve(signature(number), hand=hands[number])) for number in there)
    kinds = {number: kind.hand for number, (kind, _, _) in contents(folder, keys).items()}
    assert kinds == hands
    probe = BlockCode().probe([palm_crop(Person(0).palm(Hand.LEFT), 0, bands=(Band.GREY,))])
    for again in (gallery, started(folder, keys, there)[0]):
        found = again.search(attrs.evolve(probe, hand=Hand.RIGHT))
        assert [one.reference for one in found] == [2]


def test_blocks_that_say_nothing_of_hands_are_of_unknown_hand():
    written = rows([4]).to_bytes()
    named = b', "unknown"]'
    assert named in written
    before = written.replace(named, b"]".ljust(len(named)))
    assert Rows.from_buffer(before).kind == PRINT


def test_a_copy_that_cannot_be_read_is_destroyed_and_reported_missing(folder, keys, caplog):
    there = {n: n for n in range(6)}
    gallery, _ = started(folder, keys, there)
    gallery.add((number, signature(number)) for number in there)
    block = next(file for file in folder.iterdir() if file.name != "manifest")
    block.write_bytes(b"x" * 100)
    with caplog.at_level(logging.WARNING):
        again, missing = started(folder, keys, there)
    assert missing == set(there)
    assert len(again) == 0
    assert "not used" in caplog.text
    assert contents(folder, keys) == {}


def test_a_copy_that_cannot_be_written_is_given_up_and_memory_goes_on(
    folder, keys, monkeypatch, caplog
):
    gallery, _ = started(folder, keys, {n: n for n in range(3)})
    gallery.add([(0, signature(0)), (1, signature(1))])

    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.sealed, "write", full)
    gallery.remove([0])
    gallery.add([(2, signature(2))])
    assert len(gallery) == 2
    assert "given up" in caplog.text
    monkeypatch.undo()
    again, missing = started(folder, keys, {1: 1, 2: 2})
    assert (missing, len(again)) == ({1, 2}, 0), "nothing that lags behind is found again"
