"""Door decisions, and who turned back, that wait for the service; never anything biometric."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import attrs

from thenar.client import DeviceClient
from thenar.errors import CloudUnreachable
from thenar.records import Decision, OfflinePolicy


@attrs.frozen
class Entry:
    """One decision.

    Attributes:
        door: name of the door in the settings.
        decision: what was decided.
        time: seconds since the epoch, UTC.
        key: idempotency key of its record.
        is_annulled: whether this says that nobody went through after all.
    """

    door: str
    decision: Decision
    time: float
    key: str
    is_annulled: bool = False


class Journal:
    """Records decisions with the service, or keeps them in a file until it answers.

    Args:
        path: of the file, one JSON object a line, readable by its owner alone.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def record(self, cloud: DeviceClient, entry: Entry, assertion: str | None) -> bool:
        """Record a decision now, or keep it for :meth:`deliver`; True where it is recorded.

        An assertion is never kept: it would name a person in a file.
        """
        try:
            self.deliver(cloud)
            _send(cloud, entry, assertion)
        except CloudUnreachable:
            with self._lock:
                self._append(entry)
            return False
        return True

    def deliver(self, cloud: DeviceClient) -> int:
        """Send what was kept, oldest first; how many were sent.

        Raises:
            CloudUnreachable: the service still does not answer; the rest is kept.
        """
        with self._lock:
            kept = self.waiting()
            for sent, entry in enumerate(kept):
                try:
                    _send(cloud, entry, None)
                except CloudUnreachable:
                    self._replace(kept[sent:])
                    raise
            if kept:
                self._replace([])
            return len(kept)

    def waiting(self) -> list[Entry]:
        """What is kept, oldest first; a line that was cut short by a crash is left out."""
        if not self._path.exists():
            return []
        entries = []
        for line in self._path.read_text(encoding="utf-8").splitlines():
            try:
                entries.append(_from_json(json.loads(line)))
            except ValueError:
                continue
        return entries

    def _append(self, entry: Entry) -> None:
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(_to_json(entry) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def _replace(self, entries: list[Entry]) -> None:
        partial = self._path.with_name(f"{self._path.name}.part")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines(_to_json(entry) + "\n" for entry in entries)
        partial.replace(self._path)


def _send(cloud: DeviceClient, entry: Entry, assertion: str | None) -> None:
    if entry.is_annulled:
        cloud.annul_passage(entry.door, entry.key, entry.decision.reason, at=entry.time)
        return
    cloud.record_passage(
        entry.door,
        entry.decision,
        assertion=assertion,
        at=entry.time,
        idempotency_key=entry.key,
    )


def _to_json(entry: Entry) -> str:
    return json.dumps(attrs.asdict(entry))


def _from_json(line: dict[str, object]) -> Entry:
    decision = dict(line["decision"])  # type: ignore[call-overload]
    offline = decision.pop("offline")
    return Entry(
        door=str(line["door"]),
        decision=Decision(**decision, offline=OfflinePolicy(offline) if offline else None),
        time=float(line["time"]),  # type: ignore[arg-type]
        key=str(line["key"]),
        is_annulled=bool(line.get("is_annulled")),
    )
