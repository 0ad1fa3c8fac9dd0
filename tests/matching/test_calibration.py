"""From distance to false-match rate: monotone, and right against the normal law."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from thenar.matching.calibration import false_match_rate, normal_tail


@given(st.floats(-37, 8))
def test_the_tail_is_the_normal_one(z):
    exact = 0.5 * math.erfc(-z / math.sqrt(2))
    assert math.isclose(
        float(normal_tail(np.array([z]))[0]), exact, rel_tol=1e-4, abs_tol=1e-7 if z > -3 else 0
    )


@given(st.lists(st.floats(0, 0.6), min_size=2, max_size=50), st.integers(1, 3))
def test_more_unlike_is_never_rarer(distances, aspects):
    ordered = np.sort(np.array(distances))
    rates = false_match_rate(ordered, aspects)
    assert (np.diff(rates) >= 0).all()
    assert ((rates > 0) & (rates <= 1)).all()


def test_two_aspects_say_more_than_one():
    alike = np.array([0.3])
    assert false_match_rate(alike, 2) < false_match_rate(alike, 1)
