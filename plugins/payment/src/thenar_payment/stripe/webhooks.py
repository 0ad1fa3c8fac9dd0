"""Stripe's webhooks: verified, in time, and each once."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

import attrs

from thenar.errors import PaymentError

_REMEMBERED = 10_000


@attrs.frozen
class StripeEvent:
    """Something that Stripe tells. It is a hint: what holds is what :meth:`settle` finds.

    Attributes:
        id: Stripe's name of the event.
        type: e.g. ``"payment_intent.succeeded"``.
        object: Stripe's name of what it is about, e.g. a payment intent's.
        keys: idempotency keys noted on the object.
    """

    id: str
    type: str
    object: str
    keys: tuple[str, ...] = ()


class Webhooks:
    """Reads webhook requests of one endpoint; safe to use from several threads.

    Args:
        secret: the endpoint's signing secret, ``whsec_…``.
        tolerance: how old a signature may be, in seconds; 300 is Stripe's advice.
        clock: seconds since the epoch.
    """

    def __init__(
        self, secret: str, *, tolerance: float = 300.0, clock: Callable[[], float] = time.time
    ) -> None:
        self._secret = secret.encode("utf-8")
        self._tolerance = tolerance
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, None] = OrderedDict()

    def accept(self, payload: bytes, signature: str) -> StripeEvent | None:
        """Read one request.

        Args:
            payload: the body, byte for byte as it came.
            signature: the header ``Stripe-Signature``.

        Returns:
            The event; None where it came before.

        Raises:
            PaymentError: not signed with the secret, too old, or not an event.
        """
        self._verify(payload, signature)
        try:
            sent = json.loads(payload)
            thing = sent["data"]["object"]
            notes = thing.get("metadata") or {}
            keys = tuple(str(value) for name, value in notes.items() if name.startswith("thenar_"))
            event = StripeEvent(str(sent["id"]), str(sent["type"]), str(thing["id"]), keys)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise PaymentError("The webhook is signed, but is not an event.") from None
        with self._lock:
            if event.id in self._seen:
                return None
            self._seen[event.id] = None
            if len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)
        return event

    def forget(self, event: str) -> None:
        """Accept an event again: what it tells could not be passed on."""
        with self._lock:
            self._seen.pop(event, None)

    def _verify(self, payload: bytes, signature: str) -> None:
        parts = [part.partition("=") for part in signature.split(",")]
        times = [value for name, _, value in parts if name.strip() == "t"]
        signed = [value for name, _, value in parts if name.strip() == "v1"]
        if len(times) != 1 or not times[0].isdigit() or not signed:
            raise PaymentError("The webhook is not signed: expected Stripe-Signature t=…,v1=….")
        expected = hmac.new(
            self._secret, times[0].encode("ascii") + b"." + payload, hashlib.sha256
        ).hexdigest()
        if not any(hmac.compare_digest(expected.encode(), one.encode()) for one in signed):
            raise PaymentError("The webhook's signature does not hold.")
        if abs(self._clock() - int(times[0])) > self._tolerance:
            raise PaymentError("The webhook's signature is too old.")
