"""What a bench found, as a JSON document."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from thenar.benchmark.enrolling import PENETRATION
from thenar.benchmark.matching import Measured
from thenar.benchmark.searching import Answer, error_rates, milliseconds
from thenar.parameters import MATCHING

THRESHOLDS = tuple(float(f"1e-{k}") for k in range(4, 13))


def as_document(found: Measured) -> dict[str, Any]:
    """Plain figures; times in milliseconds where the name says so, else in seconds."""
    answers = found.searched.answers
    mated = [one for one in answers if one.query.mate is not None]
    strange = [one for one in answers if one.query.mate is None]
    scanned = found.scanned
    return {
        "p50_ms": milliseconds(answers, 50),
        "p99_ms": milliseconds(answers, 99),
        "queries_per_second": found.searched.queries_per_second,
        "recall_at_1": found.recall.at_1,
        "bytes_per_palm": found.bytes_per_palm,
        "build_seconds": found.filled.seconds,
        "faiss_p50_ms": scanned and scanned.p50_ms,
        "palms": found.options.palms,
        "queries": len(answers),
        "strangers": len(strange),
        "seed": found.options.seed,
        "cores": os.cpu_count(),
        "processor_ms": found.searched.processor_ms,
        **_times("mated", mated),
        **_times("stranger", strange),
        **_times("either_hand", found.searched.either_hand),
        "penetration": PENETRATION,
        "recall_judged": found.recall.judged,
        "recall_lost": found.recall.lost,
        "exhaustive_queries": found.recall.exhaustive,
        "exhaustive_agree_at_1": found.recall.agree_at_1,
        "exhaustive_mates_agree_at_1": found.recall.mates_agree_at_1,
        "rank1": sum(one.hit for one in mated) / len(mated),
        "certain_share": _certain(mated),
        "stranger_median_rate": float(np.median([one.found[0].fmr for one in strange])),
        "threshold": THRESHOLDS,
        **error_rates(answers, THRESHOLDS),
        "resident_bytes_per_palm": found.resident_bytes_per_palm,
        "drawing_seconds": found.filled.drawing_seconds,
        "faiss_alignments": scanned and scanned.alignments,
        "faiss_alignments_measured": scanned and scanned.measured,
        "faiss_queries": scanned and scanned.queries,
        "times_faiss": scanned and scanned.p50_ms * found.searched.queries_per_second / 1000,
        "kernels": found.kernels,
    }


def _times(name: str, answers: list[Answer]) -> dict[str, float]:
    return {f"{name}_p{percent}_ms": milliseconds(answers, percent) for percent in (50, 99)}


def _certain(mated: list[Answer]) -> float:
    """The share of the enrolled who are found before a search looks farther."""
    return sum(one.hit and one.found[0].fmr <= MATCHING.certain for one in mated) / len(mated)
