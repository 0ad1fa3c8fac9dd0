"""Twenty gates before kick-off: ``python -m bench.gates --gates 20 --holders 60000``.

A real pretix (installed and cached as the tests do) with its tickets sold and linked; each
gate is the product's door with its own device in pretix, and a tripod of which only the
people are simulated; a person comes every two seconds to each, is searched among all
holders' synthetic palms, redeemed and released. Every tenth ticket is shown at two gates in
the same instant. pretix stops for 3 s, and is killed and started again. All of it on one
machine: search, gates, and pretix.
"""

from __future__ import annotations

import json
import logging
import tempfile
from pathlib import Path

import click
from bench.gates.running import run
from plugins.access.tests.peers import environment
from plugins.access.tests.pretix.postgres_site import PostgresSite
from plugins.access.tests.pretix.site import PACKAGES, VERSION, Site, empty_database
from rich.console import Console
from rich.table import Table


@click.command()
@click.option("--gates", default=20, show_default=True)
@click.option("--holders", default=60_000, show_default=True, help="Tickets sold and linked.")
@click.option("--seconds", default=60.0, show_default=True, help="For how long people come.")
@click.option("--every", default=2.0, show_default=True, help="Seconds between people at a gate.")
@click.option("--copies", default=10, show_default=True, help="Every so manieth ticket is copied.")
@click.option("--faults/--no-faults", default=True, help="pretix slow, and away.")
@click.option(
    "--workers", default=1, show_default=True, help="Of pretix; 1 on SQLite, more on PostgreSQL."
)
@click.option("--json", "file", type=click.Path(path_type=Path), help="Write the figures there.")
def main(
    gates: int,
    holders: int,
    seconds: float,
    every: float,
    copies: int,
    faults: bool,
    workers: int,
    file: Path | None,
) -> None:
    """Print a table; exit 1 where anybody entered twice, or uncounted."""
    logging.getLogger("thenar.access").setLevel(logging.CRITICAL)  # what is in doubt is counted
    with tempfile.TemporaryDirectory() as folder:
        with environment(f"pretix-{VERSION}", *PACKAGES) as home:
            if workers == 1:
                site = Site(Path(folder), home, empty_database(home))
            else:
                site = PostgresSite(Path(folder), home, workers)
        site.start()
        site.open_match()
        try:
            figures = run(
                site,
                gates=gates,
                holders=holders,
                seconds=seconds,
                every=every,
                copies=copies,
                faults=faults,
            )
        finally:
            site.stop()
    show(figures)
    if file is not None:
        file.write_text(json.dumps(figures, indent=2) + "\n")
    raise SystemExit(not holds(figures))


def holds(figures: dict[str, object]) -> bool:
    """Whether everybody was counted once, and only who entered."""
    wrong = (
        "entered_twice",
        "in_pretix_twice",
        "entered_but_not_in_pretix",
        "in_pretix_but_not_entered",
    )
    return not any(figures[name] for name in wrong) and figures["rotations"] == figures["entered"]


def show(figures: dict[str, object]) -> None:
    table = Table("what", "figure")
    for name, value in figures.items():
        shown = json.dumps(value) if isinstance(value, dict) else str(value)
        table.add_row(name.replace("_", " "), shown)
    Console().print(table)


if __name__ == "__main__":
    main()
