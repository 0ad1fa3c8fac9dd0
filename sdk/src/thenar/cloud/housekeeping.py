"""Work without a request: payments settled, checkouts ended, people forgotten, lists read."""

from __future__ import annotations

import logging
import threading
from types import TracebackType

from thenar.cloud import closing, forgetting, idle, processor
from thenar.cloud.checkout import steps
from thenar.cloud.service import Service
from thenar.cloud.standing import Standings
from thenar.parameters import SERVICE

log = logging.getLogger("thenar.cloud")


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


class Housekeeping:
    """A thread that takes a turn every few seconds; use it as a context manager.

    Args:
        service: what it tidies.
        standings: counted requests, to be written.
        every: seconds between turns.
    """

    def __init__(
        self, service: Service, standings: Standings, every: float = SERVICE.settle_every
    ) -> None:
        self._service = service
        self._standings = standings
        self._every = every
        self._looked = service.clock() - SERVICE.idle_turn
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)

    def __enter__(self) -> Housekeeping:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._standings.flush(self._service)

    def _run(self) -> None:
        while not self._stop.wait(self._every):
            try:
                tidy(self._service, self._standings)
                due = self._service.clock() - self._looked >= SERVICE.idle_turn
                if due and not idle.look(self._service):
                    self._looked = self._service.clock()
            except Exception as error:
                log.exception("housekeeping failed", extra={"error": type(error).__name__})
