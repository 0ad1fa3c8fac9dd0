"""The plots of the report, each as one SVG picture."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from matplotlib.typing import RcKeyType
from numpy.typing import NDArray

from thenar.evaluation import rates
from thenar.evaluation.evaluate import Evaluation
from thenar.evaluation.ranks import cumulative_match, ranks
from thenar.evaluation.rejection import error_versus_discard

COLOURS = ("#0072b2", "#d55e00")
"""Of the evaluations; told apart by the colour-blind too (Okabe and Ito)."""

Floats = NDArray[np.floating]

MATED, NON_MATED = "#009e73", "#999999"

_STYLE: dict[RcKeyType, Any] = {
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": 9,
    "grid.color": "#dddddd",
    "legend.frameon": False,
    "svg.hashsalt": "thenar",
}


def _picture(draw: Callable[[Figure], None], *, width: float = 5.2, height: float = 4.0) -> str:
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        draw(figure)
        file = io.BytesIO()
        figure.savefig(file, format="svg", metadata={"Date": None})
    return "data:image/svg+xml;base64," + base64.b64encode(file.getvalue()).decode("ascii")


def det(evaluations: Sequence[Evaluation]) -> str:
    """DET of comparisons (line) and of attempts (dashed), with intervals of the FNMR."""
    lowest = min(1 / max(one.figures.impostor, 1) for one in evaluations)
    floor = min(1e-4, *(0.3 / max(one.figures.genuine, 1) for one in evaluations))

    def draw(figure: Figure) -> None:
        axes = figure.subplots()

        def curve(genuine: Floats, impostor: Floats, colour: str, line: str, label: str) -> None:
            found = rates.det(genuine, impostor)
            shown = _telling(found.fmr, found.fnmr)
            fmr, fnmr = found.fmr[shown], np.maximum(found.fnmr[shown], floor)
            axes.step(fmr, fnmr, where="pre", color=colour, linestyle=line, label=label)

        for evaluation, colour in zip(evaluations, COLOURS, strict=False):
            made, tried = evaluation.scores.comparisons(), evaluation.scores.attempts()
            curve(made.genuine, made.impostor, colour, "-", evaluation.algorithm)
            if len(tried.genuine) > len(made.genuine):
                label = f"{evaluation.algorithm}: FRR at FAR"
                curve(tried.genuine, tried.impostor, colour, "--", label)
            _bars(axes, evaluation, colour, floor)
        axes.plot([lowest, 1], [lowest, 1], color="#bbbbbb", linewidth=0.8, linestyle=":")
        axes.set(
            xscale="log", yscale="log", xlim=(lowest / 2, 1), ylim=(0.9 * floor, 1),
            xlabel="false-match rate", ylabel="false non-match rate",
        )  # fmt: skip
        axes.legend(loc="upper right")

    return _picture(draw)


def _telling(fmr: NDArray[np.floating], fnmr: NDArray[np.floating]) -> NDArray[np.intp]:
    """Indices of the points that can be told apart on paper."""
    with np.errstate(divide="ignore"):
        places = np.round(200 * np.log10(np.stack([fmr, fnmr])))
    return np.flatnonzero(np.append(True, (places[:, 1:] != places[:, :-1]).any(axis=0)))


def _bars(axes: Axes, evaluation: Evaluation, colour: str, floor: float) -> None:
    for label, target in rates.TARGETS.items():
        value = evaluation.figures.fnmr_at_fmr[label]
        held = evaluation.figures.intervals.get(f"fnmr_at_fmr {label}")
        if value is not None and held is not None:
            axes.plot([target, target], [max(held.low, floor), held.high], color=colour, alpha=0.5)
            axes.plot([target], [max(value, floor)], ".", color=colour)


def histogram(evaluations: Sequence[Evaluation]) -> str:
    """Shares of mated and non-mated scores."""

    def draw(figure: Figure) -> None:
        rows = figure.subplots(len(evaluations), squeeze=False, sharex=True)[:, 0]
        for axes, evaluation in zip(rows, evaluations, strict=True):
            made = evaluation.scores.comparisons()
            together = np.concatenate([made.genuine, made.impostor, [1.0]])
            bins = np.linspace(0, float(together.max()), 80)
            for scores, colour, label in (
                (made.impostor, NON_MATED, "non-mated"),
                (made.genuine, MATED, "mated"),
            ):
                share = np.full(len(scores), 1 / max(len(scores), 1))
                axes.hist(
                    scores, bins=list(bins), weights=share, color=colour, alpha=0.7, label=label
                )
            axes.set(yscale="log", ylabel="share of comparisons", title=evaluation.algorithm)
            axes.legend()
        rows[-1].set_xlabel("score: −log10 of the false-match rate claimed")

    return _picture(draw, height=2.2 + 1.8 * len(evaluations))


def cmc(evaluations: Sequence[Evaluation], deepest: int = 20) -> str:
    """Share of probes whose palm is at rank k or better."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for evaluation, colour in zip(evaluations, COLOURS, strict=False):
            depth = min(deepest, len(evaluation.palms))
            share = cumulative_match(ranks(evaluation.scores), depth)
            axes.plot(
                np.arange(1, depth + 1), 100 * share, ".-", color=colour, label=evaluation.algorithm
            )
        axes.set(xlabel="rank", ylabel="probes at this rank or better (%)")
        axes.set_ylim(min(99.0, axes.dataLim.y0 - 0.5), 100.1)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(loc="lower right")

    return _picture(draw)


def calibration(evaluations: Sequence[Evaluation]) -> str:
    """The false-match rate claimed against the one observed."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        lowest = 1.0
        for evaluation, colour in zip(evaluations, COLOURS, strict=False):
            total = max(evaluation.claims.total, 1)
            claimed, observed = evaluation.claims.observed()
            seen = observed > 0
            axes.step(
                claimed[seen], observed[seen], where="pre", color=colour, label=evaluation.algorithm
            )
            axes.axhline(3 / total, color=colour, linewidth=0.8, linestyle=":")
            lowest = min(lowest, 1 / total)
        axes.plot([lowest, 1], [lowest, 1], color="#bbbbbb", linewidth=0.8, label="as claimed")
        axes.set(
            xscale="log", yscale="log", xlim=(lowest / 10, 1.2), ylim=(lowest / 2, 1.2),
            xlabel="false-match rate claimed", ylabel="observed, probe against one image",
        )  # fmt: skip
        axes.legend()

    return _picture(draw)


def discard(evaluations: Sequence[Evaluation]) -> str:
    """FNMR when captures of the lowest quality are discarded (ISO/IEC 29794-1)."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for evaluation, colour in zip(evaluations, COLOURS, strict=False):
            genuine, quality = _mated_quality(evaluation)
            if len(np.unique(quality)) < 2:
                says = f"{evaluation.algorithm}: all captures of one quality"
                axes.text(0.5, 0.5, says, color=colour, ha="center", transform=axes.transAxes)
                continue
            for share, line in ((0.01, "-"), (0.05, "--")):
                missed = genuine <= np.quantile(genuine, share)
                curve = error_versus_discard(missed, quality)
                label = f"{evaluation.algorithm}, {share:.0%} at first"
                axes.step(
                    100 * curve.discarded, 100 * curve.fnmr / missed.mean(),
                    where="post", color=colour, linestyle=line, marker=".", label=label,
                )  # fmt: skip
        axes.axhline(100, color="#bbbbbb", linewidth=0.8, linestyle=":")
        axes.set(
            xlim=(0, 50), ylim=(0, None), xlabel="captures discarded, lowest quality first (%)",
            ylabel="FNMR of the rest (% of that at first)",
        )  # fmt: skip
        if axes.get_legend_handles_labels()[0]:
            axes.legend()

    return _picture(draw)


def _mated_quality(
    evaluation: Evaluation,
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Scores of mated comparisons, and the lower quality of the two images behind each."""
    own = evaluation.scores.probe_palm
    rows = np.flatnonzero(own >= 0)
    nearest = evaluation.nearest[rows, own[rows]]
    rows, nearest = rows[nearest >= 0], nearest[nearest >= 0]
    quality = [
        min(evaluation.probes[row].quality or 0.0, evaluation.references[number].quality or 0.0)
        for row, number in zip(rows, nearest, strict=True)
    ]
    return evaluation.scores.values[rows, own[rows]], np.array(quality)
