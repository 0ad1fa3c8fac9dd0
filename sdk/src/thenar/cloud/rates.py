"""How many requests a device, an API key or an address may send: a token bucket each.

In memory, since one process serves: a restart fills every bucket, which an
attacker cannot bring about.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import attrs

from thenar.errors import RateLimited
from thenar.parameters import INTEGRATION

_SWEEP_AT = 10_000
"""Buckets held when the full ones, which remember nothing, are dropped."""


@attrs.define
class _Bucket:
    left: float
    at: float


class Rates:
    """Buckets that fill at one rate.

    Args:
        rate: requests a second.
        clock: seconds, never going back.
    """

    def __init__(self, rate: float, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._most = max(1.0, rate * INTEGRATION.burst_seconds)
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}
        self._lock = threading.Lock()

    def take(self, name: str) -> None:
        """Count one request. Raises RateLimited when the bucket is empty."""
        with self._lock:
            bucket = self._filled(name)
            if bucket.left < 1:
                raise self._refusal(bucket)
            bucket.left -= 1

    def check(self, name: str) -> None:
        """Raises RateLimited when the bucket is empty; counts nothing."""
        with self._lock:
            bucket = self._filled(name)
            if bucket.left < 1:
                raise self._refusal(bucket)

    def charge(self, name: str) -> None:
        """Count something that was refused, even on credit."""
        with self._lock:
            self._filled(name).left -= 1

    def _filled(self, name: str) -> _Bucket:
        now = self._clock()
        if name not in self._buckets and len(self._buckets) >= _SWEEP_AT:
            full = [held for held, one in self._buckets.items() if self._at(one, now) >= self._most]
            for held in full:
                del self._buckets[held]
        bucket = self._buckets.setdefault(name, _Bucket(self._most, now))
        bucket.left, bucket.at = self._at(bucket, now), now
        return bucket

    def _at(self, bucket: _Bucket, now: float) -> float:
        return min(self._most, bucket.left + self._rate * (now - bucket.at))

    def _refusal(self, bucket: _Bucket) -> RateLimited:
        return RateLimited(
            f"More than {self._rate:g} requests a second.",
            retry_after=(1 - bucket.left) / self._rate,
            remedy="wait as long as Retry-After says.",
        )
