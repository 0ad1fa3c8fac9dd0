"""The figures in words, for the terminal and the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import attrs

from thenar.evaluation import rates
from thenar.evaluation.difference import Difference
from thenar.evaluation.evaluate import Evaluation
from thenar.evaluation.extraction import Outcome


@attrs.frozen
class Line:
    """One figure.

    Attributes:
        key: its name in ``Figures.intervals``, empty where it has none.
        name: what it is.
        value: the figure with its unit, or why there is none.
        interval: its 95 % interval, empty where it has none.
    """

    key: str
    name: str
    value: str
    interval: str = ""


def lines(evaluation: Evaluation) -> Iterator[Line]:
    """Every figure, the most telling first."""
    found = evaluation.figures

    def rate(name: str, key: str, value: float | None) -> Line:
        held = found.intervals.get(key)
        if value is None:
            return Line(key, name, "too few comparisons")
        return Line(
            key, name, percent(value), f"{percent(held.low)} … {percent(held.high)}" if held else ""
        )

    yield rate("EER", "eer", found.eer)
    for label in rates.TARGETS:
        yield rate(f"FNMR at FMR {label}", f"fnmr_at_fmr {label}", found.fnmr_at_fmr[label])
    for label in rates.TARGETS:
        yield rate(f"FRR at FAR {label}", f"frr_at_far {label}", found.frr_at_far[label])
    yield rate("Rank-1", "rank1", found.rank1)
    yield rate("Failure to enrol", "fte", found.fte)
    yield rate("Failure to acquire", "fta", found.fta)
    yield Line("", "Mated comparisons", f"{found.genuine:,}")
    yield Line("", "Non-mated comparisons", f"{found.impostor:,}")
    yield Line("", "One image", seconds(evaluation.seconds_per_image))
    yield Line("", "One comparison", seconds(evaluation.seconds_per_comparison))


def difference(found: Difference | None) -> str:
    """A difference in percentage points with its interval; empty where nothing can be said."""
    if found is None:
        return ""
    value, low, high = (f"{100 * number:+.3g}" for number in (found.value, found.low, found.high))
    return f"{value} ({low} … {high})"


def percent(share: float) -> str:
    """A share in per cent with three significant digits, and none after the fourth place."""
    shown = f"{100 * share:.3g}" if share < 0.01 else f"{100 * share:.2f}"
    return f"{'<0.0001' if 0 < share < 1e-6 else shown} %"


def seconds(taken: float | None) -> str:
    """A duration in the unit that suits it."""
    if taken is None:
        return "not measured"
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if taken >= size:
            return f"{taken / size:.3g} {unit}"
    return f"{taken / 1e-9:.3g} ns"


def failures(outcomes: Sequence[Outcome]) -> list[tuple[str, int]]:
    """Reasons of failed images with their counts, the most frequent first."""
    reasons = Counter(
        f"crashed: {one.reason}" if one.crashed else one.reason
        for one in outcomes
        if one.quality is None
    )
    return reasons.most_common()
