"""Payments through the switch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from retailer_payment.switch import NoAnswer, Refusal, Switch, SwitchSettings
from thenar.errors import PaymentDeclined, PaymentError, PaymentUnknown
from thenar.records import Card, Money, PaymentState, PaymentToken, Receipt


class HarbourProcessor:
    """Pays through the switch; every change has a key, and happens once."""

    def __init__(self, settings: SwitchSettings) -> None:
        self._switch = Switch(settings)

    def tokenise(self, card: Card, *, idempotency_key: str) -> PaymentToken:
        """Exchange a card for the switch's token. Raises PaymentDeclined, PaymentUnknown."""
        body = {"number": bytes(card.number()).decode("ascii"), "expiry": card.expiry}
        kept = self._change("/tokens", body, idempotency_key)
        return PaymentToken("harbour", str(kept["token"]), card.brand, card.last4, card.expiry)

    def charge(
        self, token: PaymentToken, amount: Money, *, idempotency_key: str, capture: bool
    ) -> Receipt:
        """Authorise, and capture where asked. Raises PaymentDeclined, PaymentUnknown."""
        body = {"token": token.token, "capture": capture, **_money(amount)}
        return _receipt(self._change("/charges", body, idempotency_key), idempotency_key)

    def capture(self, payment: str, amount: Money, *, idempotency_key: str) -> Receipt:
        """Capture up to what was authorised. Raises PaymentError, PaymentUnknown."""
        return self._step(payment, "capture", _money(amount), idempotency_key)

    def cancel(self, payment: str, *, idempotency_key: str) -> Receipt:
        """Give up an authorisation. Raises PaymentError, PaymentUnknown."""
        return self._step(payment, "cancel", {}, idempotency_key)

    def refund(self, payment: str, amount: Money, *, idempotency_key: str) -> Receipt:
        """Give back up to what was captured. Raises PaymentError, PaymentUnknown."""
        return self._step(payment, "refund", _money(amount), idempotency_key)

    def settle(self, idempotency_key: str) -> Receipt | None:
        """What became of a request; None: it never arrived. Raises PaymentUnknown."""
        try:
            key = idempotency_key.encode("utf-8").hex()
            return _receipt(self._switch.ask("GET", f"/requests/{key}"), idempotency_key)
        except NoAnswer:
            raise _unknown(idempotency_key) from None
        except Refusal as refusal:
            if refusal.status == 404:
                return None
            raise _unknown(idempotency_key) from None

    def close(self) -> None:
        """Close the connections."""
        self._switch.close()

    def _step(self, payment: str, step: str, body: Mapping[str, object], key: str) -> Receipt:
        path = f"/charges/{quote(payment, safe='')}/{step}"
        return _receipt(self._change(path, body, key), key)

    def _change(self, path: str, body: Mapping[str, object], key: str) -> Mapping[str, Any]:
        try:
            return self._switch.ask("POST", path, body, key=key)
        except NoAnswer:
            raise _unknown(key) from None
        except Refusal as refusal:
            if refusal.status == 402:
                raise PaymentDeclined(f"The switch declined: {refusal.code}.") from None
            raise PaymentError(
                f"The switch refused: {refusal.code}.",
                remedy="look the payment up in the switch's journal.",
            ) from None


def _money(amount: Money) -> dict[str, object]:
    return {"minor": amount.minor, "currency": amount.currency}


def _receipt(answer: Mapping[str, Any], key: str) -> Receipt:
    try:
        return Receipt(
            payment=answer["charge"],
            state=PaymentState(answer["state"]),
            amount=Money(answer["minor"], answer["currency"]),
            idempotency_key=key,
            refunded=Money(answer["refunded"], answer["currency"]),
            reason=answer.get("reason", ""),
        )
    except (KeyError, ValueError):
        raise _unknown(key) from None


def _unknown(key: str) -> PaymentUnknown:
    return PaymentUnknown(
        "The payment switch did not answer as agreed.",
        remedy="settle by the idempotency key; never charge again with another.",
        request_id=key,
    )
