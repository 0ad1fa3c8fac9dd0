"""``thenar plugins``: what is installed, and where each plugin stands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from thenar.cli import Invocation
    from thenar.records import PluginStatus

COLOURS = {"active": "green", "off": "dim", "refused": "yellow", "failed": "red"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def plugins(invocation: Invocation, as_json: bool) -> None:
    """List the installed plugins and where each stands.

    Active: loaded, and used where the settings say so. Off: installed, not
    enabled. Refused: written for another API version. Failed: with the reason.
    """
    import logging

    import attrs

    # What the log would tell is in the list.
    logging.getLogger("thenar.plugins").addHandler(logging.NullHandler())
    registry = invocation.registry()
    listed, unread = registry.status(), registry.unread_tables()
    if as_json:
        told = {"plugins": [attrs.asdict(one) for one in listed], "unread_tables": unread}
        click.echo(json.dumps(told, indent=2))
    else:
        _print_table(listed)
        for place in unread:
            click.echo(f"No plugin reads {place}")


def _print_table(listed: tuple[PluginStatus, ...]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table("Plugin", "Version", "State", "Provides", "Reason")
    for one in listed:
        provides = [
            f"{hook.removeprefix('thenar_')}: {', '.join(names)}"
            for hook, names in one.provides.items()
        ]
        table.add_row(
            one.plugin,
            one.version,
            f"[{COLOURS[one.state]}]{one.state}[/]",
            "\n".join(provides),
            escape(one.reason),
        )
    Console().print(table)
