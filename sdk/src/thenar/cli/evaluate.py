"""``thenar evaluate``: error rates on a manifest of images."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from thenar.cli._progress import show

if TYPE_CHECKING:
    from thenar.cli import Invocation
    from thenar.evaluation import Evaluation


@click.command()
@click.argument("manifest", type=click.Path(path_type=Path))
@click.option("--signature", metavar="NAME", help="Signature maker; the settings' where not given.")
@click.option("--matcher", metavar="NAME", help="Matcher; the settings' where not given.")
@click.option(
    "--compare",
    nargs=2,
    metavar="A B",
    help="Two signatures side by side, each as NAME or NAME/MATCHER.",
)
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
    compare: tuple[str, str] | None,
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
    if compare and signature:
        raise click.UsageError("Give --signature or --compare, not both.")
    from thenar import evaluation

    if report_folder:
        evaluation.require_report()
    listed = evaluation.read_manifest(manifest)
    found = []
    with invocation.registry() as registry:
        for chosen in compare or (signature,):
            name, _, own = (chosen or "").partition("/")
            maker = registry.driver("signature", name or None)
            matching = registry.driver("matcher", own or matcher)
            found.append(evaluation.evaluate(listed, maker, matching, seed=seed, progress=show))
    if json_file:
        form = evaluation.as_comparison if compare else evaluation.as_document
        text = json.dumps(form(*found), indent=2, allow_nan=False)
        json_file.write_text(f"{text}\n", encoding="utf-8")
    _print(found)
    if report_folder:
        click.echo(f"Report: {evaluation.write_report(found, report_folder)}")


def _print(found: Sequence[Evaluation]) -> None:
    from rich.console import Console
    from rich.table import Table

    from thenar.evaluation import differences, summary

    apart = differences(*found) if found[1:] else {}
    table = Table("", title=found[0].manifest.path.name)
    for one in found:
        table.add_column(one.algorithm)
        table.add_column("95 % interval", style="dim")
    if found[1:]:
        table.add_column("second less first, points")
    for row in zip(*(list(summary.lines(one)) for one in found), strict=True):
        cells = [cell for line in row for cell in (line.value, line.interval)]
        extra = [summary.difference(apart.get(row[0].key))] if found[1:] else []
        table.add_row(row[0].name, *cells, *extra)
    console = Console()
    console.print(table)
    for one in found:
        for title, outcomes in (("Enrolment", one.enrolled), ("Probe", one.probes)):
            for reason, count in summary.failures(outcomes):
                console.print(f"{title} images that failed: {count} × {reason}", markup=False)
