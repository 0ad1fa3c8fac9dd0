"""``thenar device``: activate this machine as a terminal, and run it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from thenar.cli import Invocation


@click.group()
def device() -> None:
    """Run and activate a terminal."""


@device.command()
@click.option("--code", prompt="Activation code", hide_input=True, help="The one-time code.")
@click.pass_obj
def activate(invocation: Invocation, code: str) -> None:
    """Make this machine a device of the secure service named under [device]."""
    from thenar.client import activate
    from thenar.device.settings import DeviceSettings, private_folder

    settings = invocation.settings().section("device", DeviceSettings)
    private_folder(settings.folder)
    identity = activate(settings.cloud, code)
    identity.save(settings.identity_file)
    click.echo(f"This machine is now {identity.name!r}; its key is in {settings.identity_file}.")


@device.command()
@click.pass_obj
def run(invocation: Invocation) -> None:
    """Serve the customer's page, and watch the door where one is set; stop with Ctrl-C."""
    import signal
    import threading

    from thenar.device.assemble import assemble
    from thenar.device.hardening import harden
    from thenar.device.program import serve
    from thenar.device.settings import DeviceSettings

    harden()
    stopping = threading.Event()
    with invocation.registry() as registry:
        settings = registry.settings.section("device", DeviceSettings)
        terminal = assemble(registry, settings)

        def stop(*_: object) -> None:
            stopping.set()
            terminal.cancel()

        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)
        try:
            serve(terminal, settings, stopping)
        finally:
            terminal.source.close()
            terminal.cloud.close()
