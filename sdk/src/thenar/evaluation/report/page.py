"""One self-contained page of one evaluation, or of two side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from thenar.evaluation.difference import differences
from thenar.evaluation.evaluate import Evaluation
from thenar.evaluation.report import pairs, plots
from thenar.evaluation.report.environment import environment
from thenar.evaluation.summary import difference, failures, lines


def write_report(evaluations: Sequence[Evaluation], folder: Path) -> Path:
    """Write ``index.html`` into a folder, which is made where need be.

    The page holds pictures of palms: it is for the person who holds the images.

    Args:
        evaluations: one, or two over the same manifest.
        folder: where to.

    Returns:
        The page.
    """
    template = Environment(
        loader=PackageLoader("thenar.evaluation.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    ).get_template("page.html.jinja")
    first = evaluations[0]
    text = template.render(
        evaluations=evaluations,
        manifest=first.manifest,
        persons=first.scores.persons,
        other_hand=_within_person(first),
        figures=first.figures,
        table=list(zip(*(list(lines(one)) for one in evaluations), strict=True)),
        differences=differences(*evaluations) if evaluations[1:] else {},
        difference=difference,
        plots=_plots(evaluations),
        failures=failures,
        pairs=pairs,
        environment=environment(),
        time=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    )
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "index.html"
    page.write_text(text, encoding="utf-8")
    return page


def _plots(evaluations: Sequence[Evaluation]) -> list[tuple[str, str, str]]:
    """Title, picture and how to read it."""
    return [
        (
            "Detection error trade-off",
            plots.det(evaluations),
            "Lower is better. Bars are 95 % intervals; dashed, where anything failed, counts "
            "failures as rejections. Along the lower edge no error was seen. Dotted: FMR = FNMR.",
        ),
        (
            "Scores",
            plots.histogram(evaluations),
            "The further apart, the better. The share is on a logarithmic axis.",
        ),
        (
            "Cumulative match",
            plots.cmc(evaluations),
            "Closed set: every probe's palm is enrolled. A failure is a miss at every rank.",
        ),
        (
            "Calibration",
            plots.calibration(evaluations),
            "On the line the matcher keeps its word; above it false matches are more frequent "
            "than claimed. Below the dotted level there is too little to tell (rule of three).",
        ),
        (
            "Error versus discard",
            plots.discard(evaluations),
            "Does quality predict error? The threshold is fixed so that 1 % or 5 % of the mates "
            "are missed at first; the steeper the fall, the better (ISO/IEC 29794-1).",
        ),
    ]


def _within_person(evaluation: Evaluation) -> int:
    made = evaluation.scores.comparisons()
    return int((made.impostor_probe == made.impostor_palm).sum())
