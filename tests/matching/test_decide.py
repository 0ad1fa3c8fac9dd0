"""Deciding: best against second best, and every reason said."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from thenar.matching import decide
from thenar.parameters import MATCHING

people = st.sampled_from(["ann", "bo", "cy", "di"])
rates = st.floats(1e-300, 1.0)


def test_the_best_person_is_named():
    answer = decide([("ann", 1e-12), ("bo", 1e-3)], fmr=1e-6, margin=1.0, request_id="r-1")
    assert answer.person == "ann"
    assert answer.fmr == MATCHING.least_claim  # less is not claimed
    assert math.isclose(answer.margin, 9.0)
    assert answer.reasons == ()
    assert answer.request_id == "r-1"


def test_nobody_when_nobody_is_alike_enough():
    answer = decide([("ann", 1e-4)], fmr=1e-6, margin=1.0)
    assert answer.person is None
    assert "alike enough" in answer.reasons[0]


def test_nobody_when_two_are_alike():
    answer = decide([("ann", 1e-9), ("bo", 5e-9)], fmr=1e-6, margin=1.0)
    assert answer.person is None
    assert "two people" in answer.reasons[0]


def test_two_palms_of_one_person_do_not_compete():
    answer = decide([("ann", 1e-9), ("ann", 2e-9), ("bo", 1e-2)], fmr=1e-6, margin=1.0)
    assert answer.person == "ann"


def test_an_empty_gallery_has_a_reason():
    assert decide([], fmr=1e-6, margin=1.0).reasons == ("nobody to compare with",)


@given(st.lists(st.tuples(people, rates), max_size=12), st.randoms())
def test_order_never_matters(scored, random):
    shuffled = list(scored)
    random.shuffle(shuffled)
    one, other = (decide(s, fmr=1e-6, margin=1.0) for s in (scored, shuffled))
    assert (one.fmr, one.margin, one.person is None) == (
        other.fmr,
        other.margin,
        other.person is None,
    )


@given(st.lists(st.tuples(people, rates), min_size=1, max_size=12), rates, st.floats(0, 5))
def test_a_named_person_is_alike_enough_and_ahead(scored, fmr, margin):
    answer = decide(scored, fmr=fmr, margin=margin)
    best = min(rate for _, rate in scored)
    assert answer.fmr == max(best, MATCHING.least_claim)
    if answer.person is not None:
        assert best <= fmr
        assert answer.margin >= margin
        assert (answer.person, best) in scored
    else:
        assert answer.reasons
