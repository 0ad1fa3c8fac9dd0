"""Both palms together: rates fuse as independent comparisons do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thenar.errors import MatchingError
from thenar.matching import fused

rates = st.floats(1e-250, 1.0)


@given(rates)
def test_one_palm_keeps_its_rate(rate):
    assert fused([rate]) == pytest.approx(rate, rel=1e-3, abs=1e-9)


@given(st.lists(rates, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_order_does_not_matter(given_rates, random):
    shuffled = list(given_rates)
    random.shuffle(shuffled)
    assert fused(shuffled) == pytest.approx(fused(given_rates), rel=1e-6)


@given(st.floats(1e-100, 0.01), st.floats(1e-100, 0.01))
def test_two_palms_that_match_say_more_than_the_worse(one, other):
    assert fused([one, other]) < max(one, other)


def test_a_palm_that_does_not_match_counts_against_the_person():
    assert fused([1e-6, 0.5]) > 1e-6


def test_the_documented_figures():
    assert fused([1e-4, 1e-4]) == pytest.approx(7e-8, rel=0.05)
    assert fused([1e-4, 0.5]) == pytest.approx(4e-3, rel=0.1)


def test_strangers_reach_a_fused_rate_as_often_as_it_says():
    drawn = np.random.default_rng(4).uniform(size=(20_000, 2))
    together = np.array([fused(pair) for pair in drawn])
    for claim in (0.3, 0.1, 0.01):
        assert np.mean(together <= claim) == pytest.approx(claim, rel=0.15)


@pytest.mark.parametrize("wrong", [[], [1.2], [-0.1], [float("nan")]])
def test_what_is_no_rate_is_refused(wrong):
    with pytest.raises(MatchingError):
        fused(wrong)
