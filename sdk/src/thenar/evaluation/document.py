"""The figures as one JSON document."""

from __future__ import annotations

from thenar.evaluation import rates
from thenar.evaluation.difference import differences
from thenar.evaluation.evaluate import Evaluation
from thenar.evaluation.figures import Figures
from thenar.evaluation.intervals import Interval

NESTED = ("fnmr_at_fmr", "frr_at_far")


def as_document(evaluation: Evaluation) -> dict[str, object]:
    """The keys that other tools rely on; rates are fractions, None where unsupported.

    Every interval is ``[low, high]``; ``intervals["rule_of_three"]`` names those that
    come of no error having been seen, all others come of the bootstrap.
    """
    found = evaluation.figures
    return {
        "algorithm": evaluation.algorithm,
        "genuine": found.genuine,
        "impostor": found.impostor,
        "fte": found.fte,
        "fta": found.fta,
        "eer": found.eer,
        "fnmr_at_fmr": dict(found.fnmr_at_fmr),
        "frr_at_far": dict(found.frr_at_far),
        "rank1": found.rank1,
        "seconds_per_image": evaluation.seconds_per_image,
        "seconds_per_comparison": evaluation.seconds_per_comparison,
        "intervals": _intervals(found),
    }


def as_comparison(first: Evaluation, second: Evaluation) -> dict[str, object]:
    """Both documents, and every difference (second less first) as ``[value, low, high]``."""
    return {
        "signatures": [as_document(first), as_document(second)],
        "difference": {
            name: [one.value, one.low, one.high] for name, one in differences(first, second).items()
        },
    }


def _intervals(found: Figures) -> dict[str, object]:
    def ends(name: str) -> list[float] | None:
        held = found.intervals.get(name)
        return None if held is None else [held.low, held.high]

    document: dict[str, object] = {name: ends(name) for name in ("fte", "fta", "eer", "rank1")}
    for name in NESTED:
        document[name] = {label: ends(f"{name} {label}") for label in rates.TARGETS}
    return {
        "level": 0.95,
        "method": "subject-clustered bootstrap",
        "resamples": found.resamples,
        "seed": found.seed,
        **document,
        "rule_of_three": [name for name, held in found.intervals.items() if _bound(held)],
    }


def _bound(held: Interval) -> bool:
    return held.method == "rule of three"
