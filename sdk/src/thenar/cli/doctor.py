"""``thenar doctor``: what stands in the way of this terminal, and what to do."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from thenar.cli import Invocation
    from thenar.device.doctor import Finding

COLOURS = {"well": "green", "mind": "yellow", "ill": "red"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def doctor(invocation: Invocation, as_json: bool) -> None:
    """Check camera, light, focus, speed, key, clock, service, disk, plugins and doors.

    Says what was found and what to do. Well: works. Mind: works and deserves a
    look. Ill: does not work; then the exit code is 1.
    """
    import attrs

    from thenar.device.doctor import examine
    from thenar.device.settings import DeviceSettings

    with invocation.registry() as registry:
        settings = registry.settings.section("device", DeviceSettings)
        findings = list(examine(registry, settings))
    if as_json:
        click.echo(json.dumps([attrs.asdict(one) for one in findings], indent=2))
    else:
        _print_table(findings)
    sys.exit(any(one.state == "ill" for one in findings))


def _print_table(findings: list[Finding]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table("Check", "", "Found", "To do")
    for one in findings:
        state = f"[{COLOURS[one.state]}]{one.state}[/]"
        table.add_row(one.check, state, escape(one.said), escape(one.remedy))
    Console().print(table)
