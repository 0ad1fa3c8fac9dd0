"""Acme Plug: messages as files of mail in a folder."""

from __future__ import annotations

from collections.abc import Sequence

import thenar
from thenar.protocols import Notifier
from thenar.records import Provider

from acme_plug.notifier import AcmePlugNotifier, AcmePlugSettings

THENAR_API = 1


@thenar.hookimpl
def thenar_notifiers() -> Sequence[Provider[Notifier]]:
    """The notifiers of this package."""
    return [
        Provider(
            "acme-plug",
            make=AcmePlugNotifier,
            settings=AcmePlugSettings,
            summary="drops mail into a folder",
        )
    ]
