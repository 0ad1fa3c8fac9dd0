"""Work without a request: payments are settled, people forgotten, candidate lists read."""

from __future__ import annotations

import logging
import threading
from types import TracebackType

from thenar.cloud import forgetting, processor
from thenar.cloud.service import Service
from thenar.parameters import SERVICE

log = logging.getLogger("thenar.cloud")


def tidy(service: Service) -> None:
    """One turn."""
    for step in processor.open_steps(service):
        processor.settle(service, step)
    forgetting.finish_all(service)
    service.candidates.refresh(service.references)
    service.person_keys.finish_purging()
    service.store.finish_purging()


class Housekeeping:
    """A thread that takes a turn every few seconds; use it as a context manager.

    Args:
        service: what it tidies.
        every: seconds between turns.
    """

    def __init__(self, service: Service, every: float = SERVICE.settle_every) -> None:
        self._service = service
        self._every = every
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

    def _run(self) -> None:
        while not self._stop.wait(self._every):
            try:
                tidy(self._service)
            except Exception as error:
                log.exception("housekeeping failed", extra={"error": type(error).__name__})
