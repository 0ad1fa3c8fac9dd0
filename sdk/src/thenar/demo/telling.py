"""Telling the story on the terminal: a line a step, and a summary."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from thenar.demo.steps import Played

_MARKS = {True: "[green]✓[/]", False: "[bold red]✗[/]", None: "[dim]–[/]"}


def tell(console: Console, played: Played) -> None:
    """One line: whether it held, how long it took, what was claimed, what came back."""
    line = Table.grid(padding=(0, 1, 0, 0))
    line.add_column(width=1)
    line.add_column(width=7, justify="right", style="cyan")
    line.add_column()
    said = "red" if played.held is False else "dim"
    line.add_row(
        _MARKS[played.held],
        f"{played.seconds:.2f} s",
        f"{escape(played.step.claim)} [{said}]— {escape(played.said)}[/]",
    )
    console.print(line)


def summarise(console: Console, all_played: Sequence[Played], seconds: float) -> bool:
    """The end; True where everything held."""
    held = sum(played.held is True for played in all_played)
    failed = [played for played in all_played if played.held is False]
    left_out = sum(played.held is None for played in all_played)
    style = "bold red" if failed else "bold green"
    also = f", {left_out} left out" if left_out else ""
    console.print(
        f"\n[{style}]{held} of {held + len(failed)} claims held[/]{also}, in {seconds:.1f} s."
    )
    for played in failed:
        console.print(f"[red]Not held:[/] {escape(played.step.claim)}")
    return not failed
