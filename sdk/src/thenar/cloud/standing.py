"""How devices do: when each was seen last, what it asked and what became of it, what it says.

What is seen of requests is counted in memory and written every few seconds, so that
no request waits for it; a kill loses the last few seconds of counting and nothing else.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import attrs
from sqlalchemy import delete
from sqlalchemy.orm import Session

from thenar.cloud.service import Caller, Service
from thenar.cloud.tables import DeviceHour, Standing
from thenar.messages import DeviceReport
from thenar.parameters import SERVICE

HOUR = 3600.0


@attrs.define
class _Count:
    asked: int = 0
    refused: int = 0
    failed: int = 0


class Standings:
    """Requests of devices, counted; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[str, float] = {}
        self._hours: dict[tuple[str, int], _Count] = {}

    def note(self, device: str, status: int, now: float) -> None:
        """Count an answer to a device.

        Args:
            device: 32 hex digits.
            status: of HTTP; 4xx counts as refused, 5xx as failed.
            now: seconds since the epoch, UTC.
        """
        with self._lock:
            self._seen[device] = now
            count = self._hours.setdefault((device, int(now // HOUR)), _Count())
            count.asked += 1
            count.refused += 400 <= status < 500
            count.failed += status >= 500

    def flush(self, service: Service) -> None:
        """Write down what was counted; hours that nobody looks at any more are deleted."""
        with self._lock:
            seen, self._seen = self._seen, {}
            hours, self._hours = self._hours, {}
        if not seen:
            return
        oldest = int((service.clock() - SERVICE.device_hours_kept) // HOUR)
        with service.store.writing() as session:
            session.execute(delete(DeviceHour).where(DeviceHour.hour < oldest))
            for device, time in seen.items():
                row = _standing(session, device)
                row.seen = max(row.seen, time)
            for (device, hour), count in hours.items():
                _add(session, device, hour, count)


def note_request(scope: Mapping[str, Any], status: int) -> None:
    """Count the answer to a request, if a device signed it."""
    device = scope.get("state", {}).get("device")
    if device is not None:
        state = scope["app"].state
        state.standings.note(device, status, state.service.clock())


def report(service: Service, caller: Caller, told: DeviceReport) -> None:
    """Keep what a device says of itself."""
    with service.store.writing() as session:
        row = _standing(session, caller.device)
        row.reported = row.seen = service.clock()
        row.version, row.camera, row.trouble = told.version, told.camera, told.trouble


def _standing(session: Session, device: str) -> Standing:
    row = session.get(Standing, device)
    if row is None:
        row = Standing(device_id=device, seen=0.0, reported=0.0, version="", camera="", trouble="")
        session.add(row)
    return row


def _add(session: Session, device: str, hour: int, count: _Count) -> None:
    row = session.get(DeviceHour, (device, hour))
    if row is None:
        row = DeviceHour(device_id=device, hour=hour, asked=0, refused=0, failed=0)
        session.add(row)
    row.asked += count.asked
    row.refused += count.refused
    row.failed += count.failed
