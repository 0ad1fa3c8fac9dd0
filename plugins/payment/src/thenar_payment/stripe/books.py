"""What Stripe's books say: from its objects to receipts, and from a key to its object."""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import quote

from thenar.errors import PaymentError, PaymentUnknown
from thenar.records import Money, PaymentState, Receipt
from thenar_payment.stripe.wire import Json, Wire

CHARGE, CAPTURE, CANCEL, REFUND = (
    "thenar_charge",
    "thenar_capture",
    "thenar_cancel",
    "thenar_refund",
)
CAPTURED_MINOR = "thenar_captured"

_HUNDREDFOLD = frozenset({"ISK", "UGX"})
"""Without decimals in ISO 4217, with two at Stripe (docs.stripe.com/currencies)."""
_REFUND_PAGES = 50
_KEYS_LIVE = 86_400.0


def to_stripe(amount: Money) -> str:
    """Stripe's smallest units, for a form."""
    return str(amount.minor * (100 if amount.currency in _HUNDREDFOLD else 1))


def from_stripe(units: int, currency: str) -> Money:
    """Stripe's smallest units as money."""
    currency = currency.upper()
    return Money(units // (100 if currency in _HUNDREDFOLD else 1), currency)


def noted(thing: Json, name: str) -> str:
    """One of our own notes in an object's metadata; empty where there is none."""
    return str((thing.get("metadata") or {}).get(name) or "")


def intent_with(wire: Wire, key: str, pages: int) -> Json | None:
    """The payment intent that carries a key: among the newest, then in the search index."""
    names = (CHARGE, CAPTURE, CANCEL)
    complete = False
    for page in _pages(wire, "/v1/payment_intents", pages):
        complete = not page.get("has_more")
        for intent in page["data"]:
            if key in (noted(intent, name) for name in names):
                return dict(intent)
    if complete:
        return None
    quoted = key.replace("\\", "\\\\").replace("'", "\\'")
    query = " OR ".join(f"metadata['{name}']:'{quoted}'" for name in names)
    found = wire.get("/v1/payment_intents/search", {"query": query})["data"]
    return dict(found[0]) if found else None


def refund_with(wire: Wire, key: str) -> Json | None:
    """The refund that carries a key, of those made while keys live (24 h).

    Raises:
        PaymentUnknown: too many refunds to look through.
    """
    for page in _pages(wire, "/v1/refunds", _REFUND_PAGES):
        for refund in page["data"]:
            if noted(refund, REFUND) == key:
                return dict(refund)
        oldest = min((refund["created"] for refund in page["data"]), default=0)
        if not page.get("has_more") or oldest < time.time() - _KEYS_LIVE:
            return None
    raise PaymentUnknown("Stripe: more refunds in a day than can be looked through.")


def asked_for(wire: Wire, payment: str) -> Money:
    """What a payment was to be, whatever was captured of it."""
    intent = wire.get(f"/v1/payment_intents/{quote(payment, safe='')}")
    return from_stripe(intent["amount"], intent["currency"])


def check_refund(wire: Wire, payment: str, amount: Money) -> None:
    """May so much be given back? Raises PaymentError: more than is left, or nothing captured."""
    intent = wire.get(f"/v1/payment_intents/{quote(payment, safe='')}")
    captured = _amount(intent)
    if intent["status"] != "succeeded" or amount.currency != captured.currency:
        raise PaymentError(f"Expected a payment in {amount.currency} that was captured.")
    left = captured.minor - _refunded(wire, intent, captured).minor
    if amount.minor > left:
        raise PaymentError(f"Expected a refund of at most {left}, got {amount.minor}.")


def receipt(wire: Wire, intent: Json, key: str) -> Receipt:
    """A payment as it stands now.

    Raises:
        PaymentUnknown: Stripe is still at it.
    """
    amount = _amount(intent)
    match intent["status"]:
        case "succeeded":
            refunded = _refunded(wire, intent, amount)
            state = PaymentState.REFUNDED if refunded.minor else PaymentState.CAPTURED
            return Receipt(intent["id"], state, amount, key, refunded)
        case "requires_capture":
            return Receipt(intent["id"], PaymentState.AUTHORISED, amount, key)
        case "canceled" if noted(intent, CANCEL):
            return Receipt(intent["id"], PaymentState.CANCELLED, amount, key)
        case "canceled" | "requires_payment_method" as status:
            error = intent.get("last_payment_error") or {}
            reason = str(error.get("decline_code") or error.get("code") or status)
            return declined(intent, key, reason)
        case status:
            raise PaymentUnknown(f"Stripe: the payment is {status}.")


def declined(intent: Json, key: str, reason: str) -> Receipt:
    """The receipt of a request that moved no money."""
    return Receipt(intent["id"], PaymentState.DECLINED, _amount(intent), key, reason=reason)


def _amount(intent: Json) -> Money:
    """Captured where that was done, else authorised."""
    units = intent["amount"]
    if intent["status"] == "succeeded":
        units = intent.get("amount_received") or int(noted(intent, CAPTURED_MINOR) or units)
    return from_stripe(units, intent["currency"])


def _refunded(wire: Wire, intent: Json, captured: Money) -> Money:
    """All refunds of a payment.

    The part of an authorisation that was not captured may be booked as a refund too,
    which was never paid: it is the one without our note and of just that amount.
    """
    rest = from_stripe(intent["amount"], intent["currency"]).minor - captured.minor
    total = 0
    query = {"payment_intent": str(intent["id"])}
    for page in _pages(wire, "/v1/refunds", _REFUND_PAGES, query):
        for refund in page["data"]:
            if refund["status"] in ("failed", "canceled"):
                continue
            amount = from_stripe(refund["amount"], refund["currency"]).minor
            if rest and amount == rest and not noted(refund, REFUND):
                rest = 0
                continue
            total += amount
    return Money(total, captured.currency)


def _pages(wire: Wire, path: str, most: int, query: dict[str, str] | None = None) -> Iterator[Json]:
    """Pages of a list, newest first, at most so many."""
    after: dict[str, str] = {}
    for _ in range(most):
        page = wire.get(path, {"limit": "100", **(query or {}), **after})
        yield page
        if not page.get("has_more") or not page["data"]:
            return
        after = {"starting_after": page["data"][-1]["id"]}
