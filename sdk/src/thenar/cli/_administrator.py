"""The administrator's requests to the running service, with the key of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thenar.cli import Invocation
    from thenar.client import AdminClient


def administrator(invocation: Invocation) -> AdminClient:
    """A client of the service that the settings describe.

    Raises:
        SettingsError: they have no ``admin_key``.
    """
    from thenar.client import AdminClient
    from thenar.cloud import CloudSettings
    from thenar.errors import SettingsError

    settings = invocation.settings().section("cloud", CloudSettings)
    if not settings.admin_key:
        raise SettingsError(
            "The administrator's requests are off: the settings have no admin_key.",
            remedy="set admin_key under [cloud] to a long random text, and restart the service.",
        )
    return AdminClient(settings.base_url, settings.admin_key)
