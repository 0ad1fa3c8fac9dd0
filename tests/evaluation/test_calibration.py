import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thenar.evaluation.calibration import Claims
from thenar.evaluation.rejection import error_versus_discard


def test_a_matcher_that_keeps_its_word_lies_on_the_diagonal():
    rng = np.random.default_rng(1)
    fmr = rng.random(400_000)
    claimed, observed = Claims.of(-np.log10(fmr)).observed()
    within = claimed > 1e-3
    assert observed[within] == pytest.approx(claimed[within], rel=0.15)
    assert claimed[0] == observed[0] == 1


def test_a_matcher_that_claims_too_much_is_seen():
    rng = np.random.default_rng(1)
    claimed, observed = Claims.of(-2 * np.log10(rng.random(100_000))).observed()
    assert observed[np.searchsorted(-claimed, -1e-4)] == pytest.approx(1e-2, rel=0.2)


def test_claims_stated_exactly_at_a_step_are_counted_there():
    claimed, observed = Claims.of(np.array([0, 1, 2, 3, 300], np.float32)).observed()
    for rate, share in ((1, 1.0), (1e-1, 0.8), (1e-2, 0.6), (1e-3, 0.4), (1e-16, 0.2)):
        assert observed[np.argmin(np.abs(np.log10(claimed) - np.log10(rate)))] == share


@given(st.lists(st.floats(0, 40), max_size=20), st.lists(st.floats(0, 40), max_size=20))
def test_counting_apart_and_together_agree(one, other):
    apart = Claims.of(np.array(one)) + Claims.of(np.array(other))
    assert (apart.counts == Claims.of(np.array(one + other)).counts).all()
    assert apart.total == len(one) + len(other)


def test_error_versus_discard_by_hand():
    curve = error_versus_discard(
        np.array([True, False, True, False]), np.array([10.0, 30.0, 20.0, 20.0])
    )
    assert curve.discarded.tolist() == [0, 0.25, 0.75]
    assert curve.fnmr.tolist() == pytest.approx([0.5, 1 / 3, 0])


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=1, max_size=30))
def test_discarding_by_the_error_itself_only_ever_helps(pairs):
    missed = np.array([miss for miss, _ in pairs])
    curve = error_versus_discard(missed, np.where(missed, 0.0, 100.0))
    assert curve.fnmr[0] == missed.mean()
    assert (np.diff(curve.fnmr) <= 0).all()
