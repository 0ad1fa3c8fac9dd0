"""``thenar evaluate``: error rates on a manifest of images."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from thenar.cli import Invocation
    from thenar.evaluation import Evaluation

T = TypeVar("T")


@click.command()
@click.argument("manifest", type=click.Path(path_type=Path))
@click.option("--signature", metavar="NAME", help="Signature maker; the settings' where not given.")
@click.option("--matcher", metavar="NAME", help="Matcher; the settings' where not given.")
@click.option(
    "--json",
    "json_file",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the figures as JSON.",
)
@click.option(
    "--report",
    "report_folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write a page with plots and the worst pairs. It shows palms: do not publish it.",
)
@click.option("--seed", default=0, show_default=True, help="Draws the persons of the intervals.")
@click.pass_obj
def evaluate(
    invocation: Invocation,
    manifest: Path,
    signature: str | None,
    matcher: str | None,
    json_file: Path | None,
    report_folder: Path | None,
    seed: int,
) -> None:
    """Measure error rates on the images that MANIFEST lists.

    MANIFEST is a CSV file with the columns path, person, palm, hand, role (enrol,
    probe, spare), kind (roi, hand) and modality (rgb, grey, nir); paths are
    relative to it. Every probe is compared with every palm; a palm's score is
    that of its best enrolment image.
    """
    from thenar import evaluation

    if report_folder:
        evaluation.require_report()
    listed = evaluation.read_manifest(manifest)
    registry = invocation.registry()
    found = evaluation.evaluate(
        listed,
        registry.driver("signature", signature),
        registry.driver("matcher", matcher),
        seed=seed,
        progress=_show,
    )
    if json_file:
        text = json.dumps(evaluation.as_document(found), indent=2, allow_nan=False)
        json_file.write_text(f"{text}\n", encoding="utf-8")
    _print(found)
    if report_folder:
        click.echo(f"Report: {evaluation.write_report([found], report_folder)}")


def _show(title: str, total: int, things: Iterable[T]) -> Iterable[T]:
    """A bar with the time left on the terminal; nothing where there is none."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        yield from bar.track(things, total=total, description=f"{title:<12}")


def _print(found: Evaluation) -> None:
    from rich.console import Console
    from rich.table import Table

    from thenar.evaluation.summary import failures, lines

    table = Table("", found.algorithm, "95 % interval", title=found.manifest.path.name)
    for line in lines(found):
        table.add_row(line.name, line.value, line.interval)
    console = Console()
    console.print(table)
    for title, outcomes in (("Enrolment", found.enrolled), ("Probe", found.probes)):
        for reason, count in failures(outcomes):
            console.print(f"{title} images that failed: {count} × {reason}", markup=False)
