"""The transcript of a script."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from thenar.testing.script.play import Played
from thenar.testing.script.schema import Script, Step
from thenar.testing.world import Shows, World

_MARKS = {True: "[green]✓[/]", False: "[bold red]✗[/]", None: "[dim]·[/]"}
_SENTENCES = {
    "enrol": "{who} enrols",
    "pay": "{who} pays {amount}",
    "loyalty": "{who} shows the membership",
    "enter": "{who} goes to the gate",
    "badge": "{who} badges in",
    "forget": "{who} deletes the palm",
    "revoke": "{who}'s badge is revoked",
    "wait": "{who} go by",
    "clock": "the clocks are set by {who}",
}


def sentence(step: Step) -> str:
    """What a step does, in words."""
    told = _SENTENCES[step.verb].format(who=step.who, amount=step.amount)
    if step.shows is not Shows.PALM:
        told += f", showing {'nothing' if step.shows is Shows.NOTHING else f'a {step.shows}'}"
    faults = ", ".join(f"{fault} at {place}" for place, fault in step.faults.items())
    return f"{told} ({faults})" if faults else told


def tell(console: Console, played: Played) -> None:
    """One line: whether it held, when, what happened, what came back."""
    line = Table.grid(padding=(0, 1, 0, 0))
    line.add_column(width=1)
    line.add_column(min_width=7, justify="right", style="cyan", no_wrap=True)
    line.add_column()
    said = escape(sentence(played.step))
    if played.outcome is not None:
        result = played.outcome.result
        detail = f": {played.outcome.said}" if played.outcome.said else ""
        said += (
            f" — [{'red' if played.held is False else 'bold'}]{result}[/][dim]{escape(detail)}[/]"
        )
    if played.held is False:
        wanted = [f"'{played.step.expect}'"] if played.step.expect else []
        wanted += [f"{played.step.says!r}"] if played.step.says else []
        said += f"\n[red]expected {escape(' saying '.join(wanted))}[/]"
    line.add_row(_MARKS[played.held], _time(played.at), said)
    console.print(line)


def _time(seconds: float) -> str:
    sign = "-" if seconds <= -1 else ""
    minutes, rest = divmod(int(abs(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return sign + (f"{days} d " if days else "") + f"{hours}:{minutes:02}:{rest:02}"


def summarise(console: Console, script: Script, all_played: Sequence[Played], world: World) -> bool:
    """The end; True where every expectation held."""
    looked_at = [played.held for played in all_played if played.held is not None]
    if script.captured:
        moved = world.processor.captured(script.captured[:3])
        held = str(moved) == script.captured
        looked_at.append(held)
        told = f"{moved} moved in all" + ("" if held else f", expected {script.captured}")
        console.print(f"{_MARKS[held]} {told}")
    style = "bold green" if all(looked_at) else "bold red"
    console.print(f"\n[{style}]{sum(looked_at)} of {len(looked_at)} expectations held.[/]")
    return all(looked_at)
