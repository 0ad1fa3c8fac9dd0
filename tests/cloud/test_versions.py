"""Palms that were enrolled with an earlier algorithm are found beside new ones."""

import attrs
import numpy as np
import pytest

from thenar.cloud import Services
from thenar.errors import CloudRefused, SettingsError
from thenar.matching import NumpyMatcher
from thenar.matching.versions import SeveralMakers, SeveralMatchers
from thenar.messages import Purpose
from thenar.records import Link, LinkKind
from thenar.registry import Registry
from thenar.settings import Settings
from thenar.signature import BlockCode

TICKET = Link(LinkKind.TICKET, "gate", "T-1", "tonight")


class NextCode(BlockCode):
    """A later version, whose cells are the negatives of the one before."""

    version = 2

    def make(self, crops):
        made = super().make(crops)
        seen = np.unpackbits(made.mask.view(np.uint8), axis=1, bitorder="little")
        turned = (~made.bits).view(np.uint8) * seen
        return attrs.evolve(made, version=2, bits=turned.view(np.uint64))

    def probe(self, crops):
        made = super().probe(crops)
        return attrs.evolve(made, version=2, planes=~made.planes)


class NextMatcher(NumpyMatcher):
    def gallery(self):
        return NextGallery()


class NextGallery:
    def __init__(self):
        self.inner = NumpyMatcher().gallery()
        self.remove = self.inner.remove

    def __len__(self):
        return len(self.inner)

    def add(self, references):
        self.inner.add((number, attrs.evolve(one, version=1)) for number, one in references)

    def search(self, probe, **options):
        return self.inner.search(attrs.evolve(probe, version=1), **options)

    def score(self, probe, **options):
        return self.inner.score(attrs.evolve(probe, version=1), **options)


def test_after_a_change_of_algorithm_the_earlier_palms_are_found_and_not_enrolled_twice(
    running, device
):
    ada = device.enrol_person(1, TICKET)
    running.services = attrs.evolve(
        running.services,
        signature=SeveralMakers([NextCode(), BlockCode()]),
        matcher=SeveralMatchers({("blocks", 2): NextMatcher(), ("blocks", 1): NumpyMatcher()}),
    )
    running.restart()
    device = running.client(device.identity)
    ben = device.enrol_person(2, TICKET)
    assert (ada.algorithm, ben.algorithm) == ("blocks 1", "blocks 2")
    for _ in range(2):
        assert device.show(1, Purpose.ENTER).subject == ada.subject
        assert device.show(2, Purpose.ENTER).subject == ben.subject
        assert device.show(3, Purpose.ENTER).subject is None
        with pytest.raises(CloudRefused, match="enrolled already"):
            device.enrol_person(1, TICKET)
        running.restart()
        device = running.client(device.identity)
    assert running.service.references.sets.names().count("algorithm:blocks/1") == 1


def test_the_settings_name_earlier_makers_with_their_matchers():
    twice = Settings.parse('[drivers]\nearlier = ["blocks:numpy"]\n')
    with Registry.load(twice) as registry, pytest.raises(SettingsError, match="same algorithm"):
        Services.chosen(registry)
    with pytest.raises(SettingsError, match="earlier"):
        Settings.parse('[drivers]\nearlier = ["blocks"]\n')
    with Registry.load(Settings.parse("")) as registry:
        assert Services.chosen(registry).kinds == {("blocks", 1)}
