"""``thenar access``: a site's policy, and why the answer at a door is yes or no."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from thenar.cli import Invocation
    from thenar.client import AdminClient
    from thenar.messages import Explained


@click.group()
def access() -> None:
    """Say why a door opens or not, by the site's policy.

    The service must be running. Who asks has an API key of the tenant, in
    --key or in the variable THENAR_API_KEY; or the settings have the
    administrator's, and then the tenant must be named.
    """


_KEY = click.option(
    "--key", envvar="THENAR_API_KEY", default="", help="API key; the settings' admin_key if none."
)
_TENANT = click.option("--tenant", help="Tenant, with the administrator's key.")
_SITE = click.option("--site", help="Site, where the tenant has several with a policy.")


@access.command()
@click.argument("person")
@click.argument("door")
@click.argument("time", default="now")
@_KEY
@_TENANT
@_SITE
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def explain(
    invocation: Invocation,
    person: str,
    door: str,
    time: str,
    key: str,
    tenant: str | None,
    site: str | None,
    *,
    as_json: bool,
) -> None:
    """Say why PERSON may pass DOOR at TIME, or may not.

    PERSON is a subject, a user's name in the directory or a badge number. TIME is
    "now" or a date and time such as 2026-12-24T17:30, by the clock of the site.
    The service that decides at the door answers, by the same rules; where people
    are is as it is now.
    """
    with _client(invocation, key) as client:
        at = "" if time == "now" else time
        told = client.explain(person, door, at=at, site=site, tenant=tenant)
    if as_json:
        click.echo(json.dumps(told.model_dump(), indent=2, ensure_ascii=False))
    else:
        _print(told)


@access.command()
@click.argument("person", required=False)
@click.option("--everybody", is_flag=True, help="At the site, once an evacuation is over.")
@_KEY
@_TENANT
@_SITE
@click.pass_obj
def forgive(
    invocation: Invocation,
    person: str | None,
    everybody: bool,
    key: str,
    tenant: str | None,
    site: str | None,
) -> None:
    """Forget where PERSON is, so that anti-passback lets them pass."""
    if (person is None) is not everybody:
        raise click.UsageError("Name one PERSON, or --everybody.")
    with _client(invocation, key) as client:
        told = client.forgive(person, site=site, tenant=tenant)
    if everybody:
        click.echo(f"Forgotten where {told.people} people are.")
    else:
        click.echo("Forgotten." if told.known else "It was not known where they are.")


@access.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Read the policy in FILE, and say on which lines it is wrong."""
    from thenar.access import Policy

    site = Policy.load(file).site
    click.echo(
        f"{file}: {len(site.doors)} doors, {len(site.rules)} rules, {len(site.areas)} areas, "
        f"{len(site.schedules)} schedules; the clock is that of {site.timezone}."
    )
    for name, door in site.doors.items():
        offline = door.offline or "as its own settings say: fail closed unless they say otherwise"
        click.echo(f"{name}: {door.out_of} → {door.into}; when nobody can be asked: {offline}.")


def _client(invocation: Invocation, key: str) -> AdminClient:
    from thenar.client import AdminClient
    from thenar.cloud import CloudSettings
    from thenar.errors import SettingsError

    settings = invocation.settings().section("cloud", CloudSettings)
    if not (key or settings.admin_key):
        raise SettingsError(
            "Expected an API key with the scopes access:read and access:write.",
            remedy="give it with --key or in THENAR_API_KEY.",
        )
    return AdminClient(settings.base_url, key or settings.admin_key)


def _print(told: Explained) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    word = "[green]YES[/]" if told.allow else "[red]NO[/]"
    console.print(f"{word}  {escape(told.door)}, {told.clock}: {escape(told.reason)}")
    table = Table("", "Rule", "Found", "Where", box=None)
    for step in told.steps:
        mark = "[green]✓[/]" if step.holds else "[red]✗[/]"
        table.add_row(mark, step.rule, escape(step.said), escape(step.where))
    console.print(table)
    console.print(f"When nobody can be asked: {told.offline}.")
