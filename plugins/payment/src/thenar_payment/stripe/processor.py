"""The payment processor ``stripe``."""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from urllib.parse import quote

from thenar.errors import PaymentDeclined, PaymentError
from thenar.records import Card, Money, PaymentState, PaymentToken, Receipt
from thenar_payment.stripe import books, tokens
from thenar_payment.stripe.settings import StripeSettings
from thenar_payment.stripe.wire import Json, Wire

_REMEMBERED = 10_000


class StripeProcessor:
    """Payments by saved cards, each request found again by the key in its metadata.

    A capture or a cancellation first notes its key on the payment and is then done,
    so that :meth:`settle` can tell what became of it. Within 24 hours Stripe itself
    carries out a key only once; a key that this process has used is moreover looked
    up before it is sent again.
    """

    def __init__(self, settings: StripeSettings) -> None:
        self._wire = Wire(settings)
        self._pages = settings.pages
        self._asked = _Keys()
        self._finalizer = weakref.finalize(self, self._wire.close)

    def tokenise(self, card: Card, *, idempotency_key: str) -> PaymentToken:
        """Save the card with Stripe; see :func:`thenar_payment.stripe.tokens.tokenise`."""
        return tokens.tokenise(self._wire, card, idempotency_key)

    def detokenise(self, token: PaymentToken, *, idempotency_key: str) -> None:  # noqa: ARG002
        """Delete the customer that a card was saved for, and with it the card.

        Raises:
            PaymentUnknown: no answer; it may be repeated.
        """
        tokens.forget(self._wire, token.token)

    def charge(
        self, token: PaymentToken, amount: Money, *, idempotency_key: str, capture: bool
    ) -> Receipt:
        """Authorise off session, and capture where asked.

        Raises:
            PaymentDeclined: no money moved; also where the issuer wants the holder to
                authenticate, which nobody at a palm reader can.
            PaymentError: the key was used for another amount.
            PaymentUnknown: no answer.
        """
        customer, method = tokens.parts(token.token)
        if (done := self._done_before(idempotency_key, amount)) is not None:
            return done
        intent = self._wire.post(
            "/v1/payment_intents",
            {
                "amount": books.to_stripe(amount),
                "currency": amount.currency.lower(),
                "customer": customer,
                "payment_method": method,
                "payment_method_types[]": "card",
                "capture_method": "automatic" if capture else "manual",
                "confirm": "true",
                "off_session": "true",
                f"metadata[{books.CHARGE}]": idempotency_key,
            },
            key=idempotency_key,
        )
        return _unless_declined(self._standing(intent, idempotency_key))

    def capture(self, payment: str, amount: Money, *, idempotency_key: str) -> Receipt:
        """Capture up to what was authorised; the rest is released.

        Raises:
            PaymentUnknown: no answer.
            PaymentError: it cannot be captured, or not so much.
        """
        if (done := self._done_before(idempotency_key)) is not None:
            return done
        if (currency := self._authorised(payment)["currency"].upper()) != amount.currency:
            raise PaymentError(f"The payment is in {currency}, not in {amount.currency}.")
        notes = {books.CAPTURE: idempotency_key, books.CAPTURED_MINOR: books.to_stripe(amount)}
        self._note(payment, notes, idempotency_key)
        intent = self._wire.post(
            f"/v1/payment_intents/{quote(payment, safe='')}/capture",
            {"amount_to_capture": books.to_stripe(amount)},
            key=idempotency_key,
        )
        return books.receipt(self._wire, intent, idempotency_key)

    def cancel(self, payment: str, *, idempotency_key: str) -> Receipt:
        """Give up an authorisation.

        Raises:
            PaymentUnknown: no answer.
            PaymentError: it cannot be cancelled.
        """
        if (done := self._done_before(idempotency_key)) is not None:
            return done
        self._authorised(payment)
        self._note(payment, {books.CANCEL: idempotency_key}, idempotency_key)
        intent = self._wire.post(
            f"/v1/payment_intents/{quote(payment, safe='')}/cancel", {}, key=idempotency_key
        )
        return books.receipt(self._wire, intent, idempotency_key)

    def refund(self, payment: str, amount: Money, *, idempotency_key: str) -> Receipt:
        """Give back up to what was captured.

        Raises:
            PaymentUnknown: no answer.
            PaymentError: it cannot be refunded, or not so much.
        """
        if (done := self._done_before(idempotency_key)) is not None:
            return done
        books.check_refund(self._wire, payment, amount)
        refund = self._wire.post(
            "/v1/refunds",
            {
                "payment_intent": payment,
                "amount": books.to_stripe(amount),
                f"metadata[{books.REFUND}]": idempotency_key,
            },
            key=idempotency_key,
        )
        return _unless_declined(self._refunded(refund, idempotency_key))

    def settle(self, idempotency_key: str) -> Receipt | None:
        """What became of the request with this key, as the payment stands now.

        Nothing is sent again. A capture or cancellation that was noted and not done
        counts as never arrived.

        Raises:
            PaymentUnknown: no answer, or Stripe is still at it.
        """
        intent = books.intent_with(self._wire, idempotency_key, self._pages)
        if intent is None:
            refund = books.refund_with(self._wire, idempotency_key)
            return None if refund is None else self._refunded(refund, idempotency_key)
        if books.noted(intent, books.CHARGE) == idempotency_key:
            return self._standing(intent, idempotency_key)
        if intent["status"] == "requires_capture":
            return None
        now = books.receipt(self._wire, intent, idempotency_key)
        captured = now.state in (PaymentState.CAPTURED, PaymentState.REFUNDED)
        if captured is (books.noted(intent, books.CAPTURE) == idempotency_key):
            return now
        return books.declined(intent, idempotency_key, f"the payment is {now.state}")

    def close(self) -> None:
        """Close the connections; closing twice is allowed."""
        self._finalizer()

    def _done_before(self, key: str, charged: Money | None = None) -> Receipt | None:
        """What became of a key that this process has sent before; None where it is new.

        Raises:
            PaymentError: it was used to charge another amount.
        """
        if self._asked.is_new(key) or (found := self.settle(key)) is None:
            return None
        if charged is not None and books.asked_for(self._wire, found.payment) != charged:
            raise PaymentError("The idempotency key was used for another request.")
        return _unless_declined(found)

    def _authorised(self, payment: str) -> Json:
        intent = self._wire.get(f"/v1/payment_intents/{quote(payment, safe='')}")
        if intent["status"] != "requires_capture":
            raise PaymentError(f"Expected an authorisation, the payment is {intent['status']}.")
        return intent

    def _note(self, payment: str, notes: dict[str, str], key: str) -> None:
        form = {f"metadata[{name}]": value for name, value in notes.items()}
        self._wire.post(f"/v1/payment_intents/{quote(payment, safe='')}", form, key=f"{key}-note")

    def _standing(self, intent: Json, key: str) -> Receipt:
        """A charge as it stands; one that waits for the holder is given up."""
        if intent["status"] != "requires_action":
            return books.receipt(self._wire, intent, key)
        given_up = self._wire.post(
            f"/v1/payment_intents/{intent['id']}/cancel", {}, key=f"{key}-give-up"
        )
        return books.declined(given_up, key, "authentication_required")

    def _refunded(self, refund: Json, key: str) -> Receipt:
        intent = self._wire.get(f"/v1/payment_intents/{refund['payment_intent']}")
        if refund["status"] in ("failed", "canceled"):
            return books.declined(intent, key, str(refund.get("failure_reason") or "refund failed"))
        return books.receipt(self._wire, intent, key)


class _Keys:
    """The keys of the last requests, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: OrderedDict[str, None] = OrderedDict()

    def is_new(self, key: str) -> bool:
        """Whether it was not seen before; it is now."""
        with self._lock:
            if key in self._keys:
                return False
            self._keys[key] = None
            if len(self._keys) > _REMEMBERED:
                self._keys.popitem(last=False)
            return True


def _unless_declined(receipt: Receipt) -> Receipt:
    if receipt.state is PaymentState.DECLINED:
        raise PaymentDeclined(f"The payment was declined: {receipt.reason}.")
    return receipt
