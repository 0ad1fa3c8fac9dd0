"""The contract of matchers."""

from __future__ import annotations

import threading
from collections.abc import Callable

import attrs
import numpy as np
import pytest
from pyroaring import BitMap

from thenar.errors import SignatureVersion, ThenarError
from thenar.protocols import Gallery, Matcher, SignatureMaker
from thenar.records import Candidate, Probe, Signature
from thenar.testing.contracts._palms import PEOPLE, crop, probes, references
from thenar.testing.contracts._suite import Contract, attempt, together, within


class MatcherContract(Contract):
    """A :class:`~thenar.protocols.Matcher` and its galleries.

    Give ``matcher``; and ``maker`` where it compares other signatures than Thenar's
    own block code. The palms are the suite's own, synthetic.
    """

    kind = "matcher"

    @pytest.fixture
    def matcher(self) -> Matcher:
        """The matcher under test."""
        self.lacks("matcher")

    @pytest.fixture
    def maker(self) -> SignatureMaker:
        """Makes what it compares."""
        from thenar.signature import BlockCode

        return BlockCode()

    @pytest.fixture
    def stored(self, maker: SignatureMaker) -> list[Signature]:
        """A reference of each person."""
        return references(maker)

    @pytest.fixture
    def shown(self, maker: SignatureMaker) -> list[Probe]:
        """A probe of each person."""
        return probes(maker)

    @pytest.fixture
    def gallery(self, matcher: Matcher, stored: list[Signature]) -> Gallery:
        """A gallery in which person n is number 10 n."""
        made = within(self.seconds, matcher.gallery)
        made.add((10 * person, reference) for person, reference in enumerate(stored))
        return made

    def found(
        self, gallery: Gallery, probe: Probe, *, among: BitMap | None = None, limit: int = PEOPLE
    ) -> list[int]:
        """Numbers that a search finds, best first."""
        candidates = within(self.seconds, gallery.search, probe, among=among, limit=limit)
        assert all(isinstance(one, Candidate) for one in candidates)
        return [one.reference for one in candidates]

    def test_has_what_the_protocol_promises(self, matcher: Matcher) -> None:
        """It compares, and makes galleries."""
        self.keeps_protocol(matcher)

    def test_scores_are_false_match_rates(
        self, matcher: Matcher, shown: list[Probe], stored: list[Signature]
    ) -> None:
        """Every comparison gives a number in 0..1."""
        for probe in shown:
            for reference in stored:
                rate = within(self.seconds, matcher.compare, probe, reference)
                assert 0 <= rate <= 1, f"got {rate}"

    def test_mates_are_more_alike_than_others(
        self, matcher: Matcher, shown: list[Probe], stored: list[Signature]
    ) -> None:
        """A palm is more like its own reference than like anybody else's."""
        for person, probe in enumerate(shown):
            rates = [matcher.compare(probe, reference) for reference in stored]
            assert rates.index(min(rates)) == person, f"person {person}: {rates}"
            assert rates.count(min(rates)) == 1

    def test_another_version_is_refused(
        self, matcher: Matcher, shown: list[Probe], stored: list[Signature]
    ) -> None:
        """What other algorithms or versions made is not compared: SignatureVersion."""
        later = attrs.evolve(stored[0], version=stored[0].version + 1)
        other = attrs.evolve(stored[0], algorithm="another algorithm")
        for strange in (later, other):
            with pytest.raises(SignatureVersion):
                matcher.compare(shown[0], strange)
            with pytest.raises(SignatureVersion):
                matcher.gallery().add([(1, strange)])

    def test_a_refused_reference_leaves_the_gallery_as_it_was(
        self, gallery: Gallery, shown: list[Probe], stored: list[Signature]
    ) -> None:
        """After SignatureVersion, who was found is found."""
        with pytest.raises(SignatureVersion):
            gallery.add([(0, attrs.evolve(stored[0], version=stored[0].version + 1))])
        assert len(gallery) == PEOPLE
        assert self.found(gallery, shown[0])[0] == 0

    def test_an_empty_gallery_finds_nobody(self, matcher: Matcher, shown: list[Probe]) -> None:
        """Nobody is enrolled: nothing is found, and nothing is wrong."""
        gallery = within(self.seconds, matcher.gallery)
        assert len(gallery) == 0
        assert self.found(gallery, shown[0]) == []
        numbers, rates = gallery.score(shown[0])
        assert (len(numbers), len(rates)) == (0, 0)

    def test_finds_each_person(self, gallery: Gallery, shown: list[Probe]) -> None:
        """Whoever is enrolled is found first."""
        assert len(gallery) == PEOPLE
        for person, probe in enumerate(shown):
            assert self.found(gallery, probe)[0] == 10 * person

    def test_the_best_comes_first(self, gallery: Gallery, shown: list[Probe]) -> None:
        """Candidates are in the order of their rates, each once."""
        candidates = gallery.search(shown[0], limit=PEOPLE)
        rates = [one.fmr for one in candidates]
        assert rates == sorted(rates)
        assert len({one.reference for one in candidates}) == len(candidates)

    def test_the_limit_is_kept(self, gallery: Gallery, shown: list[Probe]) -> None:
        """At most so many candidates."""
        assert len(self.found(gallery, shown[0], limit=1)) == 1
        assert len(self.found(gallery, shown[0], limit=2)) <= 2

    def test_only_the_allowed_are_found(self, gallery: Gallery, shown: list[Probe]) -> None:
        """Whoever is not among the allowed is not found, however alike."""
        assert self.found(gallery, shown[0], among=BitMap([10, 20, 999]))[0] in (10, 20)
        assert set(self.found(gallery, shown[0], among=BitMap([10]))) <= {10}
        assert self.found(gallery, shown[0], among=BitMap()) == []
        assert self.found(gallery, shown[0], among=BitMap([999])) == []

    def test_whoever_is_removed_is_not_found(self, gallery: Gallery, shown: list[Probe]) -> None:
        """Removed is removed; removing again, or what was never there, is allowed."""
        gallery.remove([0, 777])
        gallery.remove([0])
        assert len(gallery) == PEOPLE - 1
        assert 0 not in self.found(gallery, shown[0])
        assert 0 not in gallery.score(shown[0])[0]
        assert self.found(gallery, shown[1])[0] == 10

    def test_whoever_is_added_is_found_at_once(
        self, gallery: Gallery, shown: list[Probe], stored: list[Signature]
    ) -> None:
        """The next search sees what was added; the same number replaces."""
        gallery.remove([0])
        gallery.add([(0, stored[0])])
        assert self.found(gallery, shown[0])[0] == 0
        gallery.add([(10, stored[0])])
        assert len(gallery) == PEOPLE
        assert set(self.found(gallery, shown[0], limit=2)) == {0, 10}

    def test_numbers_may_be_any_of_32_bits(
        self, matcher: Matcher, shown: list[Probe], stored: list[Signature]
    ) -> None:
        """The largest number is a number like any other."""
        gallery = matcher.gallery()
        gallery.add([(2**32 - 1, stored[0]), (0, stored[1])])
        assert self.found(gallery, shown[0])[0] == 2**32 - 1
        assert self.found(gallery, shown[0], among=BitMap([2**32 - 1])) == [2**32 - 1]

    def test_scores_equal_comparisons(
        self, matcher: Matcher, gallery: Gallery, shown: list[Probe], stored: list[Signature]
    ) -> None:
        """Scoring a gallery gives what comparing one by one gives, in ascending order."""
        numbers, rates = within(self.seconds, gallery.score, shown[1])
        assert list(numbers) == [10 * person for person in range(PEOPLE)]
        alone = [matcher.compare(shown[1], reference) for reference in stored]
        assert np.allclose(rates, alone, rtol=1e-6, atol=0)

    def test_scores_only_the_allowed(self, gallery: Gallery, shown: list[Probe]) -> None:
        """Scoring is restricted as searching is."""
        numbers, rates = gallery.score(shown[0], among=BitMap([0, 20, 999]))
        assert list(numbers) == [0, 20]
        assert len(rates) == 2

    def test_galleries_are_apart(
        self, matcher: Matcher, gallery: Gallery, shown: list[Probe]
    ) -> None:
        """What one gallery holds, another does not."""
        other = matcher.gallery()
        assert len(other) == 0
        assert self.found(other, shown[0]) == []
        assert len(gallery) == PEOPLE

    def test_probes_and_references_are_not_changed(
        self, matcher: Matcher, maker: SignatureMaker
    ) -> None:
        """They are another's: read, not written."""
        probe, reference = maker.probe([crop(0, 1)]), maker.make([crop(0, 0)])
        arrays = (probe.planes, probe.mask, reference.bits, reference.mask)
        before = [one.copy() for one in arrays]
        gallery = matcher.gallery()
        gallery.add([(1, reference)])
        gallery.search(probe)
        matcher.compare(probe, reference)
        gallery.remove([1])
        assert all((a == b).all() for a, b in zip(before, arrays, strict=True))

    def test_adding_does_not_disturb_searches(
        self, gallery: Gallery, shown: list[Probe], stored: list[Signature]
    ) -> None:
        """While people come and go, whoever stays is found by every search."""
        stop = threading.Event()

        def come_and_go() -> int:
            number = 100
            while not stop.is_set():
                gallery.add([(number, stored[2])])
                gallery.remove([number])
                number += 1
            return number

        def search() -> bool:
            try:
                return all(self.found(gallery, shown[0])[0] == 0 for _ in range(10))
            finally:
                stop.set()

        answers = together([come_and_go, search], 10 * self.seconds)
        assert not [one for one in answers if isinstance(one, Exception)], answers
        assert True in answers, "somebody who stayed was not found"
        assert len(gallery) == PEOPLE

    def test_closing_twice_is_allowed(self, matcher: Matcher) -> None:
        """Whatever can be closed may be closed twice."""
        self.closes_twice(matcher)

    def test_does_not_depend_on_the_clock(
        self,
        matcher: Matcher,
        shown: list[Probe],
        stored: list[Signature],
        set_clock: Callable[[float], None],
    ) -> None:
        """A palm is as much like its reference next year as it is today."""
        today = matcher.compare(shown[0], stored[0])
        set_clock(365 * 86_400.0)
        assert matcher.compare(shown[0], stored[0]) == today

    def test_a_forged_reference_is_nobodys(
        self, matcher: Matcher, shown: list[Probe], stored: list[Signature]
    ) -> None:
        """What has no trusted bit, or each bit alike, is not taken for a palm, or is refused."""
        plain = stored[0]
        for bits in (
            np.zeros_like(plain.bits),
            np.full_like(plain.bits, np.iinfo(plain.bits.dtype).max),
        ):
            for mask in (plain.mask, np.zeros_like(plain.mask)):
                forged = attrs.evolve(plain, bits=bits, mask=mask)
                for probe in shown:
                    rate = attempt(ThenarError, matcher.compare, probe, forged)
                    assert rate is None or rate > 1e-3, f"taken for a palm at {rate:.1e}"
