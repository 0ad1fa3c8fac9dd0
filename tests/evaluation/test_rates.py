"""Error rates against hand-computed cases, a slow oracle and their algebra."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from thenar.evaluation import rates

# Few distinct values, so that ties are the rule.
tied = st.lists(st.integers(0, 12), min_size=1, max_size=40).map(
    lambda values: np.array(values, np.float32)
)
targets = st.floats(0.01, 0.9)


def oracle_fnmr(genuine, impostor, target):
    """By trying every threshold: accept above t; the least t that keeps the promise."""
    for threshold in sorted({-np.inf, *impostor.tolist()}):
        if np.mean(impostor > threshold) <= target + 1e-12:
            return np.mean(genuine <= threshold)
    raise AssertionError("the highest impostor is always a threshold")


def oracle_eer(genuine, impostor):
    """By walking the operating points one by one."""
    points = [*sorted({*genuine.tolist(), *impostor.tolist()}), np.inf]
    before = (1.0, 0.0)
    for threshold in points:
        fmr, fnmr = np.mean(impostor >= threshold), np.mean(genuine < threshold)
        if fnmr >= fmr:
            along = (before[0] - before[1]) / ((before[0] - before[1]) + (fnmr - fmr))
            return before[1] + along * (fnmr - before[1])
        before = (fmr, fnmr)
    raise AssertionError("at +∞ every mate is rejected")


def at(genuine, impostor, target):
    threshold = rates.threshold_at(rates.Weighted.plain(impostor), target)
    return rates.rejected_at(rates.Weighted.plain(genuine), threshold)[0]


def test_perfect_separation_has_no_error():
    genuine, impostor = np.array([5.0, 6.0, 7.0]), np.array([1.0, 2.0, 3.0])
    assert rates.eer(genuine, impostor) == 0
    assert at(genuine, impostor, 0.0) == 0


def test_eer_by_hand():
    # At 4: FMR 1/4 (the 5), FNMR 1/4 (the 3).
    assert rates.eer(np.array([3.0, 6, 7, 8]), np.array([1.0, 2, 3, 5])) == pytest.approx(0.25)


def test_eer_between_two_operating_points_is_interpolated():
    # From (FMR 1/2, FNMR 0) to (0, 1/3): the gaps are 1/2 and 1/3, so 3/5 of the way up.
    found = rates.eer(np.array([2.0, 3.0, 4.0]), np.array([1.0, 2.0]))
    assert found == pytest.approx(0.2)


def test_scores_that_say_nothing_have_an_eer_of_a_half():
    assert rates.eer(np.ones(3), np.ones(5)) == pytest.approx(0.5)


def test_scores_the_wrong_way_round_have_an_eer_of_one():
    assert rates.eer(np.zeros(3), np.ones(3)) == pytest.approx(1.0)


def test_fnmr_at_fmr_by_hand():
    impostor = np.arange(1000, dtype=float)
    genuine = np.array([990.0, 998.0, 998.5, 2000.0])
    # One impostor in a thousand may pass: 999 may, 998 may not, so a mate must exceed 998.
    assert at(genuine, impostor, 1e-3) == 0.5
    assert at(genuine, impostor, 0.9e-3) == 0.75


def test_a_tie_at_the_threshold_is_rejected():
    assert at(np.array([7.0, 8.0]), np.array([7.0, 7.0, 1.0, 0.0]), 0.25) == 0.5


def test_failed_attempts_are_rejected_even_where_every_impostor_failed():
    failed = np.array([-np.inf, -np.inf])
    assert at(np.array([-np.inf, 3.0]), failed, 0.0) == 0.5


@pytest.mark.parametrize(
    ("attempts", "rate", "supported"),
    [(2999, 1e-3, False), (3000, 1e-3, True), (300_000, 1e-5, True), (299_999, 1e-5, False)],
)
def test_support_follows_the_rule_of_three(attempts, rate, supported):
    assert rates.supports(attempts, rate) is supported


def test_a_rate_that_the_data_cannot_support_is_none():
    genuine = np.array([9.0])
    assert rates.miss_rate_at(genuine, np.zeros(100), 1e-3) is None
    assert rates.miss_rate_at(genuine, np.zeros(3000), 1e-3) == 0
    assert rates.miss_rate_at(np.array([]), np.zeros(3000), 1e-3) is None
    assert rates.eer(genuine, np.array([])) is None


@given(tied, tied, targets)
def test_fnmr_agrees_with_trying_every_threshold(genuine, impostor, target):
    assert at(genuine, impostor, target) == pytest.approx(oracle_fnmr(genuine, impostor, target))


@given(tied, tied)
def test_eer_agrees_with_walking_the_curve(genuine, impostor):
    assert rates.eer(genuine, impostor) == pytest.approx(oracle_eer(genuine, impostor))


@given(tied, tied)
def test_eer_is_unchanged_by_an_increasing_map(genuine, impostor):
    assert rates.eer(np.expm1(genuine / 3.0), np.expm1(impostor / 3.0)) == pytest.approx(
        rates.eer(genuine, impostor)
    )


@given(tied, tied)
def test_eer_is_the_same_seen_from_either_side(genuine, impostor):
    assert rates.eer(-impostor, -genuine) == pytest.approx(rates.eer(genuine, impostor))


@given(tied, tied)
def test_det_moves_one_way(genuine, impostor):
    curve = rates.det(genuine, impostor)
    assert (np.diff(curve.threshold) > 0).all()
    assert (np.diff(curve.fmr) <= 0).all()
    assert (np.diff(curve.fnmr) >= 0).all()
    assert (curve.fmr[0], curve.fnmr[-1]) == (1, 1)


@given(tied, tied, targets, targets)
def test_a_stricter_fmr_never_rejects_fewer_mates(genuine, impostor, one, other):
    strict, lax = sorted((one, other))
    assert at(genuine, impostor, strict) >= at(genuine, impostor, lax)


@given(tied, tied, targets)
def test_the_threshold_keeps_its_promise(genuine, impostor, target):
    threshold = rates.threshold_at(rates.Weighted.plain(impostor), target)[0]
    assert np.mean(impostor > threshold) <= target + 1e-9


@given(tied, tied, targets, st.data())
def test_a_weight_of_k_is_the_same_as_k_attempts(genuine, impostor, target, data):
    def drawn(scores):
        times = data.draw(st.lists(st.integers(0, 3), min_size=len(scores), max_size=len(scores)))
        assume(sum(times) > 0)
        ordered = np.sort(scores)
        weights = np.array([times], float)
        return rates.Weighted(ordered, weights, weights.sum(axis=1)), np.repeat(ordered, times)

    weighted_genuine, repeated_genuine = drawn(genuine)
    weighted_impostor, repeated_impostor = drawn(impostor)
    assert rates.equal_error_rate(weighted_genuine, weighted_impostor)[0] == pytest.approx(
        rates.eer(repeated_genuine, repeated_impostor)
    )
    threshold = rates.threshold_at(weighted_impostor, target)
    assert rates.rejected_at(weighted_genuine, threshold)[0] == pytest.approx(
        at(repeated_genuine, repeated_impostor, target)
    )
