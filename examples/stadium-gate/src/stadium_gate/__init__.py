"""FC Quayside: the club's gates, and its list of ticket holders."""

from __future__ import annotations

from collections.abc import Sequence

import thenar
from stadium_gate.gate import QuaysideGate
from stadium_gate.holders import HoldersSettings, TicketHolders
from stadium_gate.settings import GateSettings
from thenar.protocols import Directory, Door
from thenar.records import Provider

THENAR_API = 1


@thenar.hookimpl
def thenar_doors() -> Sequence[Provider[Door]]:
    """The turnstiles of the ground."""
    return [
        Provider(
            "quayside",
            make=QuaysideGate,
            settings=GateSettings,
            summary="a turnstile of FC Quayside",
        )
    ]


@thenar.hookimpl
def thenar_directories() -> Sequence[Provider[Directory]]:
    """Who holds a ticket, and may be enrolled."""
    return [
        Provider(
            "quayside",
            make=TicketHolders,
            settings=HoldersSettings,
            summary="the club's ticket holders",
        )
    ]
