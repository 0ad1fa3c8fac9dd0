"""How long calls into plugins take."""

from __future__ import annotations

import threading

import attrs


@attrs.frozen
class CallTiming:
    """All calls of one method of one provider so far.

    Attributes:
        plugin: distribution name.
        provider: ``"kind.name"``, e.g. ``"camera.uvc"``.
        method: of the provider's protocol.
        calls: how many were made.
        failures: how many of them raised or were overdue.
        seconds: all of them together.
        worst: seconds of the longest.
    """

    plugin: str
    provider: str
    method: str
    calls: int = 0
    failures: int = 0
    seconds: float = 0.0
    worst: float = 0.0


class Timings:
    """Collects the timings of a registry; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, str, str], list[float]] = {}

    def note(self, key: tuple[str, str, str], seconds: float, *, failed: bool) -> None:
        """Count one call under (plugin, provider, method)."""
        with self._lock:
            sums = self._seen.setdefault(key, [0, 0, 0.0, 0.0])
            sums[0] += 1
            sums[1] += failed
            sums[2] += seconds
            sums[3] = max(sums[3], seconds)

    def report(self) -> tuple[CallTiming, ...]:
        """What was counted, the most time-consuming first."""
        with self._lock:
            seen = [
                CallTiming(*key, int(calls), int(failures), seconds, worst)
                for key, (calls, failures, seconds, worst) in self._seen.items()
            ]
        return tuple(sorted(seen, key=lambda timing: -timing.seconds))
