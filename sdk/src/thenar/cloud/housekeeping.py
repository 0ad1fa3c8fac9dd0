"""Work without a request: payments settled, checkouts ended, people forgotten, lists read."""

from __future__ import annotations

from thenar.cloud import closing, forgetting, idle, processor
from thenar.cloud.checkout import steps
from thenar.cloud.service import Service
from thenar.cloud.standing import Standings
from thenar.cloud.turns import Turns
from thenar.parameters import SERVICE


def tidy(service: Service, standings: Standings | None = None) -> None:
    """One turn."""
    for step in processor.open_steps(service):
        processor.settle(service, step)
    steps.go_on_all(service)
    closing.go_on(service)
    forgetting.finish_all(service)
    service.candidates.refresh(service.references)
    service.policies.refresh()
    if standings is not None:
        standings.flush(service)
    service.person_keys.finish_purging()
    service.store.finish_purging()


class Housekeeping(Turns):
    """Takes a turn every few seconds.

    Args:
        service: what it tidies.
        standings: counted requests, to be written.
        every: seconds between turns.
    """

    def __init__(
        self, service: Service, standings: Standings, every: float = SERVICE.settle_every
    ) -> None:
        super().__init__("housekeeping", every)
        self._service = service
        self._standings = standings
        self._looked = service.clock() - SERVICE.idle_turn

    def turn(self) -> None:
        """Tidy; now and then look for those who were not seen for long."""
        tidy(self._service, self._standings)
        due = self._service.clock() - self._looked >= SERVICE.idle_turn
        if due and not idle.look(self._service):
            self._looked = self._service.clock()

    def finish(self) -> None:
        """Write what was counted."""
        self._standings.flush(self._service)
