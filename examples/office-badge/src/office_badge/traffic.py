"""Numbers for the facility team: how often each thing happened, as a text for Prometheus."""

from __future__ import annotations

import re
import threading
from collections import Counter
from pathlib import Path

import attrs

from thenar.records import Event


@attrs.frozen
class TrafficSettings:
    """The table ``[observer.lighthouse]``.

    Attributes:
        file: text file that Prometheus' node exporter picks up (``*.prom``).
    """

    file: Path


class Traffic:
    """Counts events by name. It knows nobody's: events hold no personal data."""

    def __init__(self, settings: TrafficSettings) -> None:
        self._file = settings.file
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        """Count one event, and write the numbers down."""
        with self._lock:
            self._counts[re.sub(r"[^A-Za-z0-9_.]", "_", event.name)[:100]] += 1
            lines = [
                f'lighthouse_events_total{{event="{name}"}} {count}'
                for name, count in sorted(self._counts.items())
            ]
            part = self._file.with_suffix(".part")
            part.write_text("\n".join(lines) + "\n", encoding="ascii")
            part.replace(self._file)
