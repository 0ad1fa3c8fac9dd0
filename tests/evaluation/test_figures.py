"""Counting: who is compared with whom, and what a failure costs."""

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thenar.evaluation import intervals, rates
from thenar.evaluation.figures import figures
from thenar.evaluation.intervals import Resamples, interval
from thenar.evaluation.ranks import cumulative_match, ranks
from thenar.evaluation.scores import Scores
from thenar.parameters import EVALUATION


def scored(values, probe_palm, *, probe_person=None, palm_person=None, failed=(), lost=()):
    values = np.array(values, np.float32)
    probes, palms = values.shape
    acquired, enrolled = np.ones(probes, bool), np.ones(palms, bool)
    acquired[list(failed)], enrolled[list(lost)] = False, False
    values[~acquired], values[:, ~enrolled] = -np.inf, -np.inf
    probe_palm = np.array(probe_palm)
    return Scores(
        values,
        probe_palm,
        probe_palm if probe_person is None else np.array(probe_person),
        np.arange(palms) if palm_person is None else np.array(palm_person),
        acquired,
        enrolled,
    )


def many(persons=60, each=3, failed=(), lost=(), seed=3, apart=3.0):
    """A laboratory's worth of scores: ``persons`` × ``each`` probes."""
    rng = np.random.default_rng(seed)
    own = np.repeat(np.arange(persons), each)
    values = rng.normal(0, 1, (persons * each, persons))
    values[np.arange(len(own)), own] += apart
    return scored(values, own, failed=failed, lost=lost)


def found(scores, **options):
    return figures(scores, Resamples.of(scores.persons, seed=1, **{"count": 200, **options}))


def test_comparisons_are_counted_by_hand():
    scores = scored([[9, 1, 2], [1, 8, 2], [3, 1, 2]], [0, 1, -1], probe_person=[0, 1, 3])
    made = scores.comparisons()
    assert made.genuine.tolist() == [9, 8]
    assert sorted(made.impostor.tolist()) == [1, 1, 1, 2, 2, 2, 3]


def test_failures_are_no_comparisons_but_are_attempts():
    scores = scored([[9, 1], [1, 8], [7, 2]], [0, 1, 0], failed=[2], lost=[1])
    made, tried = scores.comparisons(), scores.attempts()
    assert made.genuine.tolist() == [9]
    assert made.impostor.tolist() == [1]
    assert sorted(tried.genuine.tolist()) == [-np.inf, -np.inf, 9]
    assert len(tried.impostor) == 3
    result = found(scores)
    assert (result.genuine, result.impostor) == (1, 1)
    assert result.fta == pytest.approx(1 / 3)
    assert result.fte == 0.5
    assert result.rank1 == pytest.approx(1 / 3)


def test_a_failure_adds_to_the_frr_as_iso_counts_it():
    scores = many(failed=range(18))
    result = found(scores)
    assert result.fta == pytest.approx(0.1)
    # FRR = FTA + FNMR (1 − FTA), at the threshold where FMR (1 − FTA) is the FAR.
    made = scores.comparisons()
    fnmr = rates.miss_rate_at(made.genuine, made.impostor, 1e-3 / 0.9)
    assert result.frr_at_far["1e-3"] == pytest.approx(0.1 + 0.9 * fnmr, abs=2 / 180)
    assert result.frr_at_far["1e-3"] >= result.fnmr_at_fmr["1e-3"]


def test_without_failures_both_rates_agree():
    result = found(many())
    assert result.frr_at_far == result.fnmr_at_fmr
    assert result.fnmr_at_fmr["1e-3"] is not None
    assert result.fnmr_at_fmr["1e-4"] is None  # 180 × 59 comparisons are fewer than 30,000


def test_where_everything_fails_nothing_is_claimed():
    result = found(many(failed=range(180)))
    assert (result.fta, result.rank1, result.genuine) == (1, 0, 0)
    assert result.eer is None
    assert result.frr_at_far["1e-3"] == 1
    assert "eer" not in result.intervals


def test_a_tie_for_first_place_is_a_miss():
    scores = scored([[5, 5, 1], [1, 5, 2], [1, 2, 0]], [0, 1, 2])
    assert ranks(scores).tolist() == [2, 1, 3]
    assert cumulative_match(ranks(scores), 3).tolist() == pytest.approx([1 / 3, 2 / 3, 1])


def test_a_failure_is_a_miss_at_every_rank():
    scores = scored([[9, 1], [1, 8], [7, 2]], [0, 1, 0], failed=[2])
    assert ranks(scores).tolist() == [1, 1, 0]
    assert cumulative_match(ranks(scores), 2).tolist() == pytest.approx([2 / 3, 2 / 3])


def test_strangers_have_no_rank():
    assert ranks(scored([[5, 1], [9, 9]], [0, -1], probe_person=[0, 2])).tolist() == [1]


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.floats(0.5, 6), st.sets(st.integers(0, 59)))
def test_every_interval_holds_its_figure(seed, apart, failed):
    result = found(many(persons=20, seed=seed, apart=apart, failed=failed))
    named = {"eer": result.eer, "rank1": result.rank1, "fta": result.fta, "fte": result.fte}
    named |= {f"fnmr_at_fmr {k}": v for k, v in result.fnmr_at_fmr.items()}
    for name, figure in named.items():
        if figure is not None:
            held = result.intervals[name]
            assert 0 <= held.low <= figure <= held.high <= 1


def test_an_interval_narrows_with_more_persons():
    few, more = found(many(persons=30, apart=2)), found(many(persons=200, apart=2))
    width = [r.intervals["eer"].high - r.intervals["eer"].low for r in (few, more)]
    assert width[1] < width[0] / 1.5


def test_equal_seeds_give_equal_intervals():
    assert found(many()) == found(many())
    assert found(many()) != figures(many(), Resamples.of(60, seed=2, count=200))


def test_no_error_is_bounded_by_the_rule_of_three_over_persons():
    result = found(many(apart=30))
    assert result.fnmr_at_fmr["1e-3"] == 0
    held = result.intervals["fnmr_at_fmr 1e-3"]
    assert (held.low, held.high, held.method) == (0, 3 / 60, "rule of three")


def test_repeated_probes_of_one_person_do_not_make_us_surer():
    once = many(persons=40, each=1, apart=2)
    again = scored(np.repeat(once.values, 10, axis=0), np.repeat(once.probe_palm, 10))
    widths = []
    for scores in (once, again):
        held = found(scores, count=1000).intervals["rank1"]
        widths.append(held.high - held.low)
    assert widths[1] == pytest.approx(widths[0], rel=0.1)


def test_the_bootstrap_spreads_as_theory_says():
    # n independent persons, one probe each: the standard error of a share is √(p q / n).
    rng = np.random.default_rng(5)
    missed = rng.random(400) < 0.2
    drawn = Resamples.of(400, seed=1, count=4000).share(missed, np.arange(400))
    p = missed.mean()
    assert drawn.std() == pytest.approx(np.sqrt(p * (1 - p) / 400), rel=0.05)


def test_the_interval_of_the_eer_covers_the_truth():
    # Mates N(2, 1), impostors N(0, 1): the true EER is Φ(−1).
    truth, held = 0.158655, 0
    for seed in range(20):
        scores = many(persons=80, each=2, apart=2.0, seed=seed)
        result = found(scores, count=300)
        ends = result.intervals["eer"]
        held += ends.low <= truth <= ends.high
    assert held >= 16


def test_weights_of_all_impostors_need_no_list_of_them():
    # Persons 0 and 1 own two palms each; the resample must weigh each pair by both persons.
    rng = np.random.default_rng(0)
    values = rng.normal(size=(8, 4))
    scores = scored(
        values,
        np.repeat(np.arange(4), 2),
        probe_person=[0, 0, 0, 0, 1, 1, 1, 1],
        palm_person=[0, 0, 1, 1],
    )
    attempts = scores.comparisons()
    resamples = Resamples.of(2, seed=1, count=50)
    slow = []
    for drawn in resamples.drawn:
        pairs = [
            (score, drawn[a] if a == b else drawn[a] * drawn[b])
            for score, a, b in zip(
                attempts.impostor, attempts.impostor_probe, attempts.impostor_palm, strict=True
            )
        ]
        times = np.array([weight for _, weight in pairs], int)
        impostor = np.repeat(attempts.impostor, times)
        genuine = np.repeat(attempts.genuine, drawn[attempts.genuine_person].astype(int))
        slow.append(rates.eer(genuine, impostor))
    assert resamples.equal_error_rates(attempts, 1.0) == pytest.approx(slow)


def test_thinning_a_long_tail_moves_no_interval(monkeypatch):
    attempts = many(persons=300, apart=2.0).comparisons()
    resamples, observed = Resamples.of(300, seed=1, count=60), 0.16
    thinned = resamples.equal_error_rates(attempts, observed)
    monkeypatch.setattr(intervals, "EVALUATION", attrs.evolve(EVALUATION, eer_tail=10**9))
    exact = resamples.equal_error_rates(attempts, observed)
    assert (thinned != exact).any()
    assert thinned.mean() == pytest.approx(exact.mean(), rel=0.003)
    assert thinned.std() == pytest.approx(exact.std(), rel=0.05)


def test_an_eer_between_no_error_and_one_stands_for_no_error():
    # One impostor of 11,800 above one mate of 600: no mate is missed at any FMR above 1/11,800.
    scores = many(persons=20, each=30, apart=50)
    values = np.where(scores.mated, 50.0, 0.0).astype(np.float32)
    values[5, 1] = 49.0
    values[7, 0] = 48.0
    result = found(attrs.evolve(scores, values=values))
    assert 0 < result.eer < 1 / 600
    assert result.intervals["eer"].method == "rule of three"
    assert result.intervals["eer"].high == 3 / 20


def test_an_undefined_figure_has_no_interval():
    assert interval(None, np.zeros(3), 10) is None
    assert interval(0.5, np.full(3, np.nan), 10) is None
