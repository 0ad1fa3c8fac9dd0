"""Observers: told of every event on threads of their own, so that none can change or delay it."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from time import monotonic, sleep

from thenar.errors import ThenarError
from thenar.parameters import HOST
from thenar.protocols import Observer
from thenar.records import Event

_log = logging.getLogger("thenar.plugins")


class ObserverThread:
    """Makes one observer and tells it of events, in order.

    Args:
        name: ``"observer.name"``, for the log.
        make: makes the observer, guarded, so that its errors name the plugin.
        failed: called once with the error where making it fails.
    """

    def __init__(
        self, name: str, make: Callable[[], Observer], failed: Callable[[ThenarError], None]
    ) -> None:
        self._name = name
        self._make = make
        self._failed = failed
        self._backlog: queue.Queue[Event | None] = queue.Queue(HOST.observer_backlog)
        threading.Thread(target=self._work, name=f"thenar-{name}", daemon=True).start()

    def tell(self, event: Event | None) -> None:
        """Hand over an event without waiting; one too many is dropped. None ends the thread."""
        try:
            self._backlog.put_nowait(event)
        except queue.Full:
            _log.warning("%s is too slow; event dropped.", self._name)

    def flush(self, within: float) -> bool:
        """Wait until all events so far were observed; False where that took too long."""
        until = monotonic() + within
        while self._backlog.unfinished_tasks and monotonic() < until:
            sleep(0.001)
        return not self._backlog.unfinished_tasks

    def _work(self) -> None:
        observe = self._made()
        while (event := self._backlog.get()) is not None:
            try:
                observe(event)
            except ThenarError:
                _log.exception("%s raised on %s.", self._name, event.name)
            finally:
                self._backlog.task_done()
        self._backlog.task_done()

    def _made(self) -> Observer:
        try:
            return self._make()
        except ThenarError as error:
            self._failed(error)
            return lambda _event: None
