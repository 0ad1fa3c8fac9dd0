"""Threads that take a turn every few seconds, for as long as the service runs."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

log = logging.getLogger("thenar.cloud")


class Turns(ABC):
    """A thread; use it as a context manager. What a turn raises is logged, and the next comes.

    Args:
        name: of the thread, and in the log.
        every: seconds between turns.
    """

    def __init__(self, name: str, every: float) -> None:
        self._name, self._every = name, every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @abstractmethod
    def turn(self) -> None:
        """What is done at each."""

    @abstractmethod
    def finish(self) -> None:
        """What is done at the end, when no turn is taken any more."""

    @property
    def stopping(self) -> bool:
        """Whether the end has come; a long turn looks at it."""
        return self._stop.is_set()

    def __enter__(self) -> Self:
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
        self.finish()

    def _run(self) -> None:
        while not self._stop.wait(self._every):
            try:
                self.turn()
            except Exception as error:
                log.exception(f"{self._name} failed", extra={"error": type(error).__name__})  # noqa: G004
