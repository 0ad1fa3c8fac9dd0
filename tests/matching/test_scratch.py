"""Memory that searches reuse: nothing of who was removed is left in it, and nobody is disturbed."""

import threading

import numpy as np
import pytest

from thenar.matching import NumpyMatcher, buffers
from thenar.records import Band, Hand, Signature
from thenar.signature import BlockCode
from thenar.synthetic import Person, palm_crop

STRANGERS = 3000


@pytest.fixture(scope="module")
def probe():
    return BlockCode().probe([palm_crop(Person(1).palm(Hand.LEFT), 1, bands=(Band.NIR,))])


@pytest.fixture
def gallery():
    random = np.random.default_rng(5)
    whole = np.full((1, 16), 2**64 - 1, np.uint64)
    made = NumpyMatcher().gallery()
    made.add(
        (n, Signature("blocks", 1, ("vein",), bits, whole, Hand.LEFT))
        for n, bits in enumerate(random.integers(0, 2**64, (STRANGERS, 1, 128), np.uint64))
    )
    return made


def left():
    """Bytes in scratch memory of any thread that are not zero."""
    return sum(int(np.count_nonzero(b)) for one in list(buffers._EVERY) for b in one.held.values())


def test_removal_overwrites_what_searches_left(gallery, probe):
    gallery.search(probe)
    assert left() > 0, "a search computes in memory that it keeps"
    gallery.remove([0])
    assert left() == 0


def test_searches_do_not_notice(gallery, probe):
    expected = gallery.search(probe, limit=5)
    done, answers = threading.Event(), []

    def search():
        while not done.is_set():
            answers.append(gallery.search(probe, limit=5))

    searching = [threading.Thread(target=search) for _ in range(3)]
    for thread in searching:
        thread.start()
    while len(answers) < 12:
        gallery.remove([STRANGERS + 1])
    done.set()
    for thread in searching:
        thread.join()
    assert all(answer == expected for answer in answers)
