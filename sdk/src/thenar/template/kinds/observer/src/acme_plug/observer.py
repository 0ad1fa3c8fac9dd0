"""The observer: a file to which every event is appended."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import attrs
from thenar.records import Event


@attrs.frozen
class AcmePlugSettings:
    """The table ``[observer.acme-plug]``.

    Attributes:
        file: to which events are appended.
    """

    file: Path


class AcmePlugObserver:
    """Writes events down."""

    def __init__(self, settings: AcmePlugSettings) -> None:
        self._file = settings.file
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        """Append one event."""
        line = json.dumps(
            {
                "event": event.name,
                "time": event.time,
                "request": event.request_id,
                **{f"detail.{name}": value for name, value in event.details.items()},
            }
        )
        with self._lock, self._file.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
