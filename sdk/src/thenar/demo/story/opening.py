"""The service starts, and a terminal becomes one of its devices."""

from __future__ import annotations

import stat

from thenar.client import AdminClient, activate
from thenar.demo.steps import Step, hold
from thenar.demo.world import World
from thenar.device.settings import private_folder
from thenar.errors import CloudRefused


def start_service(world: World) -> str:
    """A fresh service knows nobody."""
    ready = world.cloud.start()
    hold(ready.status == "ready", "the service to be ready")
    hold(ready.palms == 0, f"no palms in a fresh service, got {ready.palms}")
    return f"{world.cloud.url}, version {ready.version}"


def activate_terminal(world: World) -> str:
    """The code works once, and the key is readable by its owner alone."""
    settings = world.device_settings
    with AdminClient(world.cloud.url, world.admin_key) as admin:
        tenant = admin.create_tenant("Demonstration")
        site = admin.create_site(tenant.tenant, "High Street")
        waiting = admin.create_device(site.site, "till 1")
    private_folder(settings.folder)
    identity = activate(world.cloud.url, waiting.code)
    identity.save(settings.identity_file)
    mode = stat.S_IMODE(settings.identity_file.stat().st_mode)
    hold(mode == 0o600, f"the key file to have mode 0600, got {mode:04o}")
    try:
        activate(world.cloud.url, waiting.code)
    except CloudRefused as refused:
        return f"a second use of the code is refused: {refused.problem}"
    hold(claim=False, expected="a second use of the code to be refused")
    return ""


STEPS = (
    Step("The secure service starts, and knows nobody", start_service),
    Step("A terminal is activated with a one-time code", activate_terminal),
)
