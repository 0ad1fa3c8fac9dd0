"""A program that changes a stored gallery until it is killed, and says what it does.

``python store_writer.py FOLDER KEYS SEED``
"""

import random
import secrets
import sys
from pathlib import Path

import attrs
import numpy as np
from pyroaring import BitMap

from thenar.errors import KeyUnavailable
from thenar.matching.store import GalleryStore, Kind, Rows
from thenar.matching.store import store as module

PRINT = Kind("blocks", 1, ("print",), 128, 16)


class FolderOfKeys:
    """Keys as files; each is there whole or not at all."""

    def __init__(self, folder):
        folder.mkdir(exist_ok=True)
        self.folder = folder

    def create(self, name):
        key = secrets.token_bytes(32)
        partial = self.folder / "partial"
        partial.write_bytes(key)
        partial.rename(self.folder / name)
        return key

    def get(self, name):
        try:
            return (self.folder / name).read_bytes()
        except OSError:
            raise KeyUnavailable("no such key") from None

    def destroy(self, name):
        (self.folder / name).unlink(missing_ok=True)


def rows(numbers, seed=0, kind=PRINT):
    """References whose bits follow from number and seed."""
    bits = [np.random.default_rng([n, seed]).bytes(8 * kind.words) for n in numbers]
    bits = np.array([np.frombuffer(one, np.uint64) for one in bits]).reshape(-1, 1, kind.words)
    bits = np.repeat(bits, len(kind.aspects), axis=1)
    masks = np.full((len(bits), len(kind.aspects), kind.mask_words), 2**64 - 1, np.uint64)
    return Rows(
        kind, np.array(numbers, np.uint32), np.full(len(bits), seed, np.uint64), bits, masks
    )


def say(*words):
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main(folder, keys, seed):
    module.STORE = attrs.evolve(module.STORE, block=8)
    store, parts = GalleryStore.open(Path(folder), FolderOfKeys(Path(keys)))
    for _ in parts:
        pass
    chance = random.Random(seed)
    for step in range(100_000):
        numbers = chance.sample(range(60), chance.randint(1, 14))
        if chance.random() < 0.6:
            stamp = int(seed) * 100_000 + step
            say("add", stamp, *numbers)
            store.add([rows(numbers, stamp)])
        else:
            say("remove", 0, *numbers)
            store.remove(BitMap(numbers))
        say("done")


if __name__ == "__main__":
    main(*sys.argv[1:])
