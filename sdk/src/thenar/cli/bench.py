"""``thenar bench``: speed and recall, on palms that were never anybody's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from thenar.cli._progress import show
from thenar.parameters import BENCH

if TYPE_CHECKING:
    from thenar.cli import Invocation
    from thenar.protocols import Matcher
    from thenar.settings import Settings


@click.group()
def bench() -> None:
    """Measure speed and recall."""


@bench.command()
@click.option(
    "--palms", type=click.IntRange(min=2), default=10_000, show_default=True, help="Enrolled."
)
@click.option(
    "--queries",
    type=click.IntRange(min=2),
    default=200,
    show_default=True,
    help="People who come; one in ten is a stranger.",
)
@click.option(
    "--matcher", metavar="NAME", default="numpy", show_default=True, help="What is measured."
)
@click.option("--shards", type=click.IntRange(min=1), help="Shards, for a matcher that has them.")
@click.option("--seed", default=0, show_default=True, help="Draws the palms.")
@click.option(
    "--comparisons",
    type=click.IntRange(min=0),
    default=BENCH.full_comparisons,
    show_default=True,
    help="Full comparisons to spend on the exhaustive search that recall is measured against.",
)
@click.option("--faiss/--no-faiss", default=None, help="Compare with FAISS; where it is installed.")
@click.option(
    "--json",
    "json_file",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the figures as JSON.",
)
@click.pass_obj
def matching(
    invocation: Invocation,
    palms: int,
    queries: int,
    matcher: str,
    shards: int | None,
    seed: int,
    comparisons: int,
    faiss: bool | None,
    json_file: Path | None,
) -> None:
    """Search a gallery of synthetic palms.

    The palms' distances, poses and neighbouring bits are those of real ones, see
    "A million palms" in the documentation. Everybody who comes is captured anew.
    """
    from thenar import benchmark

    if queries > palms:
        raise click.UsageError("Give at least as many --palms as --queries.")
    faiss = benchmark.faiss_installed() if faiss is None else faiss
    options = benchmark.Options(palms, queries, seed, comparisons, faiss)
    with _matcher(invocation, matcher, shards) as measured:
        found = benchmark.as_document(benchmark.measure(measured, options, show))
    if json_file:
        text = json.dumps({"matcher": matcher, "shards": shards, **found}, indent=2)
        json_file.write_text(f"{text}\n", encoding="utf-8")
    _print(matcher, found)


@contextmanager
def _matcher(invocation: Invocation, name: str, shards: int | None) -> Iterator[Matcher]:
    """The matcher of that name; Thenar's own without a guard around it."""
    from thenar.registry import Registry

    if name == "numpy":
        from thenar.matching import NumpyMatcher

        if shards is not None:
            raise click.UsageError("The matcher numpy has no shards; give --matcher ray.")
        yield NumpyMatcher()
        return
    settings = _sharded(invocation.settings(), name, shards)
    with Registry.load(settings, plugins=not invocation.no_plugins) as registry:
        yield registry.driver("matcher", name)


def _sharded(settings: Settings, matcher: str, shards: int | None) -> Settings:
    """The settings with ``shards`` in the table of a matcher."""
    from thenar.settings import Settings

    if shards is None:
        return settings
    data = dict(settings.document.data)
    tables = dict(data.get("matcher", {}))
    tables[matcher] = {**tables.get(matcher, {}), "shards": shards}
    return Settings.of({**data, "matcher": tables}, file=settings.document.file)


def _print(matcher: str, found: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    title = (
        f"{matcher}: {found['palms']:,} palms, {found['queries']} queries, {found['cores']} cores"
    )
    table = Table("", "", title=title, show_header=False)
    for name, value in _lines(found):
        table.add_row(name, value)
    Console().print(table)


def _lines(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "a search", f"{found['p50_ms']:.1f} ms, at most {found['p99_ms']:.1f} ms for 99 of 100"
    for name, who in (("mated", "of the enrolled"), ("stranger", "of a stranger")):
        median, most = (found[f"{name}_p{percent}_ms"] for percent in (50, 99))
        yield f"… {who}", f"{median:.1f} ms, {most:.1f} ms"
    median, most = (found[f"either_hand_p{percent}_ms"] for percent in (50, 99))
    yield "… where nobody says which hand", f"{median:.1f} ms, {most:.1f} ms"
    yield "searches a second, all cores", f"{found['queries_per_second']:.1f}"
    yield (
        "recall at rank 1",
        f"{found['recall_at_1']:.2%}: {found['recall_lost']} of {found['recall_judged']} lost",
    )
    yield (
        "… same first as comparing all",
        f"{found['exhaustive_agree_at_1']:.1%} of {found['exhaustive_queries']} queries, "
        "strangers among them",
    )
    yield "mate first", f"{found['rank1']:.2%} of the enrolled"
    for threshold in (1e-6, 1e-9):
        place = min(
            range(len(found["threshold"])), key=lambda k: abs(found["threshold"][k] / threshold - 1)
        )
        yield (
            f"FNIR, FPIR at {threshold:.0e}",
            f"{found['fnir'][place]:.2%}, {found['fpir'][place]:.1%}",
        )
    if found["bytes_per_palm"] is not None:
        yield "memory a palm", f"{found['bytes_per_palm']:,.0f} bytes"
    yield (
        "enrolling",
        f"{found['build_seconds']:.1f} s, and {found['drawing_seconds']:.1f} s to draw",
    )
    kernels = found["kernels"]
    yield (
        "comparing bits, all cores",
        f"{kernels['kernel_comparisons_per_second'] / 1e6:.0f} million alignments/s of 1,024 bits, "
        f"{kernels['kernel_bytes_per_second'] / 1e9:.1f} of "
        f"{kernels['memory_bytes_per_second'] / 1e9:.1f} GB/s that memory gives",
    )
    if found["faiss_p50_ms"] is not None:
        yield (
            "… against FAISS, one query",
            f"{kernels['kernel_over_faiss']:.2f} times; "
            f"{kernels['kernel_over_faiss_one_thread']:.2f} with one thread each",
        )
        scaled = found["faiss_alignments_measured"] < found["faiss_alignments"]
        yield (
            "FAISS scan of all alignments",
            f"{found['faiss_p50_ms']:,.0f} ms, {found['times_faiss']:,.0f} times as long"
            + (
                f" (scaled from {found['faiss_alignments_measured']} of "
                f"{found['faiss_alignments']} alignments)"
                if scaled
                else ""
            ),
        )
