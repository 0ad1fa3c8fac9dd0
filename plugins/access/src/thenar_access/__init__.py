"""Access for Thenar: stadium gates, turnstiles and office badge doors.

A door's provider is who decides (``pretix``, ``osdp``, ``wiegand``, ``roster``,
``webhook``); the table ``opens`` in its settings is what opens.
"""

from __future__ import annotations

from collections.abc import Sequence

import thenar
from thenar.errors import SettingsError
from thenar.protocols import Door
from thenar.records import Provider
from thenar_access.osdp_settings import OsdpSettings
from thenar_access.pretix import PretixSettings, pretix_gate
from thenar_access.roster import RosterSettings, roster_door
from thenar_access.webhook import WebhookSettings, webhook_door
from thenar_access.wiegand import FORMATS, Format, decode, encode
from thenar_access.wiegand_door import WiegandSettings, wiegand_door

THENAR_API = 1

__all__ = ["FORMATS", "Format", "decode", "encode"]


@thenar.hookimpl
def thenar_doors() -> Sequence[Provider[Door]]:
    """Gates on pretix, badge doors on a panel or a list, doors that ask the site's server."""
    return [
        Provider(
            "pretix",
            make=pretix_gate,
            settings=PretixSettings,
            summary="Stadium gate: tickets are redeemed at pretix.",
        ),
        Provider(
            "osdp",
            make=_osdp_door,
            settings=OsdpSettings,
            summary="Office badge: a reader on an OSDP control panel.",
        ),
        Provider(
            "roster",
            make=roster_door,
            settings=RosterSettings,
            summary="Badge door: a file of badge numbers.",
        ),
        Provider(
            "webhook",
            make=webhook_door,
            settings=WebhookSettings,
            summary="Any door: the site's own server decides.",
        ),
        Provider(
            "wiegand",
            make=wiegand_door,
            settings=WiegandSettings,
            summary="Office badge: a reader on a control panel's data wires.",
        ),
    ]


def _osdp_door(settings: OsdpSettings) -> Door:
    try:
        from thenar_access.osdp import osdp_door
    except ImportError as error:
        raise SettingsError(
            f"osdp: {error.name} is not installed.",
            remedy="pip install 'thenar-access[osdp]'.",
        ) from None
    return osdp_door(settings)
