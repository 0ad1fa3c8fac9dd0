"""``thenar cloud``: run the secure service, and make tenants, sites and devices."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from thenar.cli._administrator import administrator

if TYPE_CHECKING:
    from thenar.cli import Invocation
    from thenar.messages.oversight import StaffRole


@click.group()
def cloud() -> None:
    """Run the secure service."""


@cloud.command()
@click.pass_obj
def serve(invocation: Invocation) -> None:
    """Serve devices and customers until SIGTERM or Ctrl-C."""
    from thenar.cloud import CloudSettings, Services, logs
    from thenar.cloud.serving import serve as serve_app
    from thenar.cloud.wiping import start_wiping

    start_wiping()
    logs.to_standard_error()
    with invocation.registry() as registry:
        settings = registry.settings.section("cloud", CloudSettings)
        serve_app(settings, Services.chosen(registry), announce=click.echo)


@cloud.command()
@click.argument("name")
@click.pass_obj
def tenant(invocation: Invocation, name: str) -> None:
    """Make a tenant and print its identifier; the service must be running."""
    with administrator(invocation) as admin:
        click.echo(admin.create_tenant(name).tenant)


@cloud.command()
@click.argument("tenant")
@click.argument("name")
@click.pass_obj
def site(invocation: Invocation, tenant: str, name: str) -> None:
    """Make a site of a TENANT and print its identifier."""
    with administrator(invocation) as admin:
        click.echo(admin.create_site(tenant, name).site)


@cloud.command()
@click.argument("site")
@click.argument("name")
@click.pass_obj
def device(invocation: Invocation, site: str, name: str) -> None:
    """Make a device of a SITE and print the one-time code that activates it."""
    with administrator(invocation) as admin:
        click.echo(admin.create_device(site, name).code)


@cloud.command(name="api-key")
@click.argument("tenant")
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, help="What it may do; repeat it.")
@click.pass_obj
def api_key(invocation: Invocation, tenant: str, name: str, scopes: tuple[str, ...]) -> None:
    """Make an API key of a TENANT and print its secret, which is shown this once."""
    from thenar.messages import Scope

    known = {scope.value: scope for scope in Scope}
    for scope in scopes:
        if scope not in known:
            raise click.BadParameter(f"{scope!r}; known are {', '.join(known)}", param_hint="scope")
    with administrator(invocation) as admin:
        made = admin.create_api_key(tenant, name, [known[scope] for scope in scopes])
        click.echo(made.secret)


@cloud.command(name="rotate-keys")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(["master", "seal", "signing"]),
    default=("master",),
    show_default=True,
    help="What gets a new version; repeat it.",
)
@click.option("--only-rewrap", is_flag=True, help="No new version: finish an interrupted rotation.")
@click.option("--retire", is_flag=True, help="Destroy every master key but the newest, for good.")
@click.pass_obj
def rotate_keys(
    invocation: Invocation, kinds: tuple[str, ...], *, only_rewrap: bool, retire: bool
) -> None:
    """Rotate the service's keys and wrap people's keys anew, while the service runs."""
    with administrator(invocation) as admin:
        done = admin.rotate_keys(() if only_rewrap else kinds, retire=retire)
    click.echo(f"Master key version {done.master_version}; {done.rewrapped} keys wrapped anew.")
    if retire:
        click.echo(f"{done.retired} old master keys destroyed; back the newest up again.")


@cloud.command(name="new-keys")
@click.argument("file", type=click.Path(path_type=Path))
def new_keys(file: Path) -> None:
    """Write new keys to a FILE that only its owner can read; it must not be there yet."""
    from thenar.vault.file_keys import FileKeys

    try:
        FileKeys.create(file)
    except FileExistsError:
        raise click.ClickException(f"{file} is there already; keys are never replaced.") from None
    click.echo(f"Keys of every kind in {file}. Back the file up: nothing can be read without it.")


@cloud.command()
@click.argument("tenant")
@click.option("--redeliver", is_flag=True, help="Send each of them again.")
@click.pass_obj
def dead_letters(invocation: Invocation, tenant: str, *, redeliver: bool) -> None:
    """List a TENANT's messages to webhooks that never arrived; send them again if asked to."""
    with administrator(invocation) as admin:
        cursor, more = None, True
        while more:
            page = admin.deliveries(tenant, state="dead", cursor=cursor)
            for dead in page.items:
                click.echo(f"{dead.delivery}  {dead.event}  {dead.tries} tries  {dead.outcome}")
                if redeliver:
                    admin.redeliver(dead.delivery)
            cursor, more = page.next, page.next is not None


@cloud.command()
@click.pass_obj
def migrate(invocation: Invocation) -> None:
    """Bring the databases to this version's schema; stop the service and back them up first."""
    from thenar.cloud import CloudSettings
    from thenar.cloud.migrating import migrate as migrate_all

    for name, before, after in migrate_all(invocation.settings().section("cloud", CloudSettings)):
        done = "is up to date" if before == after else f"migrated from {before or 'nothing'}"
        click.echo(f"{name}: schema {after}, {done}.")


@cloud.command()
@click.argument("new_settings", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def move(invocation: Invocation, new_settings: Path) -> None:
    """Move the databases to where NEW_SETTINGS name them, e.g. to PostgreSQL.

    Stop the service and back the databases up first. Each is moved whole or not at
    all; interrupted, the same command goes on.
    """
    from thenar.cli._progress import show
    from thenar.cloud import CloudSettings
    from thenar.cloud.moving import move_databases
    from thenar.settings import load_settings

    now = invocation.settings().section("cloud", CloudSettings)
    then = load_settings(new_settings).section("cloud", CloudSettings)
    for name, moved in move_databases(now, then, show):
        told = "was moved before" if moved.before else "moved"
        click.echo(f"{name}: {told}, {sum(moved.rows.values()):,} rows; the old one is empty.")
    click.echo(f"Start the service with {new_settings}.")


@cloud.command()
@click.argument("tenant")
@click.argument("contact")
@click.option(
    "--role",
    type=click.Choice(["viewer", "manager", "owner"]),
    default="owner",
    show_default=True,
    help="Look; also make devices and forget people; also choose staff and close the tenant.",
)
@click.pass_obj
def staff(invocation: Invocation, tenant: str, contact: str, role: StaffRole) -> None:
    """Let somebody sign in to the admin page of a TENANT, with codes sent to a CONTACT."""
    with administrator(invocation) as admin:
        made = admin.add_staff(tenant, contact, role)
        click.echo(f"They sign in at {made.page}, below the URL of the service.")


@cloud.command(name="close-tenant")
@click.argument("tenant")
@click.confirmation_option(prompt="Forget everybody who is enrolled with this tenant, for good?")
@click.pass_obj
def close_tenant(invocation: Invocation, tenant: str) -> None:
    """Close a TENANT: refuse its devices and forget everybody enrolled with it."""
    with administrator(invocation) as admin:
        told = admin.close_tenant(tenant)
    if told.state == "closing":
        click.echo(f"{told.people} people have open payments; they follow once these are settled.")
    else:
        click.echo("Closed. Everybody is forgotten.")


@cloud.command(name="verify-audit")
@click.pass_obj
def verify_audit(invocation: Invocation) -> None:
    """Verify the audit log's chain; exit 1 where a line was changed, removed or added."""
    from thenar.cloud import CloudSettings
    from thenar.cloud.audit import line, verify
    from thenar.cloud.tables import Tables
    from thenar.vault.storage import Store

    settings = invocation.settings().section("cloud", CloudSettings)
    store = Store(settings.database_url, Tables)
    with store.reading() as session:
        held, broken = verify(session)
        told = "" if broken is None else line(session, broken)
    store.close()
    if broken is not None:
        raise click.ClickException(
            f"Line {broken} does not follow from the {held} before it: it was changed or added, "
            f"or one before it was removed.\n{told}"
        )
    click.echo(f"{held} lines, each following from the one before.")
