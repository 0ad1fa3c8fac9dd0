"""The payment processor ``iso8583``."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Sequence

import attrs

from thenar.errors import PaymentDeclined, PaymentError, PaymentUnknown
from thenar.records import Card, Money, PaymentState, PaymentToken, Receipt
from thenar_payment.iso8583.codec import Codec, Fields
from thenar_payment.iso8583.dialect import Dialect
from thenar_payment.iso8583.forwarder import Forwarder, with_token
from thenar_payment.iso8583.journal import Journal, Kind, Request, State
from thenar_payment.iso8583.link import Link, NotSent
from thenar_payment.iso8583.messages import Messages
from thenar_payment.iso8583.settings import Iso8583Settings
from thenar_payment.iso8583.standing import Standing

PROCESSOR = "iso8583"
_NOT_SENT = "not sent"
_AT_ONCE = (Kind.CHARGE, Kind.REFUND)


@attrs.frozen
class _Office:
    """What is open once the first request is made."""

    journal: Journal
    codec: Codec
    link: Link
    messages: Messages
    forwarder: Forwarder

    def close(self) -> None:
        """Close everything; closing twice is allowed."""
        self.link.close()
        self.forwarder.stop()
        self.journal.close()


class Iso8583Processor:
    """Payments through an acquirer; the journal says what became of each request.

    A charge or refund without a reply is reversed, and the reversal repeated until it
    is confirmed: afterwards it counts as declined. A capture or cancellation is an
    advice, repeated until it is confirmed. What was under way when the process ended
    is taken up when the journal is next opened.
    """

    def __init__(self, settings: Iso8583Settings) -> None:
        self._settings = settings
        self._dialect = Dialect.load(settings.dialect)
        self._opening = threading.Lock()
        self._opened: list[_Office] = []
        self._finalizer = weakref.finalize(self, _close_all, self._opened)

    def tokenise(self, card: Card, *, idempotency_key: str) -> PaymentToken:  # noqa: ARG002
        """Let the acquirer verify the card and name what stands for it from now on.

        Nothing is charged, so that a repetition does no harm.

        Raises:
            PaymentDeclined: the issuer does not want this card.
            PaymentUnknown: no answer.
            PaymentError: the acquirer gave no token, or the card number as one.
        """
        office = self._office()
        fields = office.messages.verification(card.expiry, self._settings.currency)
        message = office.codec.encode_card(fields, card.number())
        try:
            reply = office.link.ask(fields, self._settings.reply_seconds, message)
        except NotSent:
            reply = None
        finally:
            message[:] = bytes(len(message))
        if reply is None:
            raise PaymentUnknown("The acquirer gave no answer.", remedy="insert the card again.")
        if (code := reply.get("39", "")) not in self._dialect.approved:
            raise PaymentDeclined(f"The card was declined: {code}.")
        token = reply.get(self._dialect.token_from, "").strip()
        if not token or _within(token, card):
            raise PaymentError(
                f"Expected a token in field {self._dialect.token_from} of the reply.",
                remedy="ask the acquirer where its tokens are, and set token_from.",
            )
        return PaymentToken(PROCESSOR, token, card.brand, card.last4, card.expiry)

    def charge(
        self, token: PaymentToken, amount: Money, *, idempotency_key: str, capture: bool
    ) -> Receipt:
        """Authorise, or authorise and capture in one message.

        Raises:
            PaymentDeclined: no money moved.
            PaymentError: the token cannot be sent; nothing was asked.
            PaymentUnknown: no answer; it is being reversed.
        """
        office = self._office()
        fields = office.messages.charge(amount, capture=capture)
        request = Request(
            key=idempotency_key,
            kind=Kind.CHARGE,
            payment=fields["37"],
            token=token.token,
            amount=amount,
            capture=capture,
            state=State.ASKED,
            fields=fields,
        )
        office.codec.encode(with_token(request, fields, self._dialect))  # or nothing is asked
        with office.journal.writing():
            if (before := office.journal.find(idempotency_key)) is None:
                office.journal.add(request)
        if before is not None:
            return self._again(office, before, request)
        return self._ask(office, request)

    def capture(self, payment: str, amount: Money, *, idempotency_key: str) -> Receipt:
        """Capture up to what was authorised.

        Raises:
            PaymentUnknown: not confirmed yet; it is repeated until it is.
            PaymentError: it cannot be captured, or not so much.
        """
        return self._follow(Kind.CAPTURE, payment, amount, idempotency_key)

    def cancel(self, payment: str, *, idempotency_key: str) -> Receipt:
        """Give up an authorisation. Raises as :meth:`capture`."""
        return self._follow(Kind.CANCEL, payment, None, idempotency_key)

    def refund(self, payment: str, amount: Money, *, idempotency_key: str) -> Receipt:
        """Give back up to what was captured. Raises as :meth:`charge`."""
        return self._follow(Kind.REFUND, payment, amount, idempotency_key)

    def settle(self, idempotency_key: str) -> Receipt | None:
        """What became of the request with this key.

        Where that depends on a confirmation that has not come, one more is asked for.
        A key that is not in the journal was never sent.

        Raises:
            PaymentUnknown: still not confirmed.
        """
        office = self._office()
        request = office.journal.find(idempotency_key)
        if request is None:
            return None
        if request.state in (State.FORWARDING, State.REVERSING):
            office.forwarder.forward(idempotency_key)
        return self._receipt(office, idempotency_key)

    def close(self) -> None:
        """End the threads, hang up and close the journal; closing twice is allowed."""
        self._finalizer()

    def _office(self) -> _Office:
        with self._opening:
            if not self._finalizer.alive:
                raise PaymentUnknown("The connection to the acquirer was closed.")
            if not self._opened:
                self._opened.append(_open(self._settings, self._dialect))
            return self._opened[0]

    def _follow(self, kind: Kind, payment: str, amount: Money | None, key: str) -> Receipt:
        office = self._office()
        requests = office.journal.of_payment(payment)
        charge = requests[0]
        fields = office.messages.after(kind, amount or charge.amount, charge)
        request = Request(
            key=key,
            kind=kind,
            payment=payment,
            token=charge.token,
            amount=amount or charge.amount,
            capture=False,
            state=State.ASKED if kind in _AT_ONCE else State.FORWARDING,
            fields=fields,
        )
        with office.journal.writing():
            if (before := office.journal.find(key)) is None:
                Standing.of(office.journal.of_payment(payment)).check(kind, request.amount)
                office.journal.add(request)
        if before is not None:
            return self._again(office, before, request)
        if kind in _AT_ONCE:
            return self._ask(office, request)
        office.forwarder.forward(key)
        return _unless_declined(self._receipt(office, key))

    def _again(self, office: _Office, before: Request, request: Request) -> Receipt:
        same = before.kind is request.kind and before.amount == request.amount
        if not same or (before.kind is not Kind.CHARGE and before.payment != request.payment):
            raise PaymentError("The idempotency key was used for another request.")
        return _unless_declined(self._receipt(office, before.key))

    def _ask(self, office: _Office, request: Request) -> Receipt:
        """Send a charge or refund once, and have it reversed where no reply says what it did."""
        message = with_token(request, request.fields, self._dialect)
        try:
            reply = office.link.ask(message, self._settings.reply_seconds)
        except NotSent:
            office.journal.answered(request.key, State.DECLINED, _NOT_SENT)
        else:
            self._keep(office, request, reply)
        return _unless_declined(self._receipt(office, request.key))

    def _keep(self, office: _Office, request: Request, reply: Fields | None) -> None:
        code = "" if reply is None else reply.get("39", "")
        approved = code in self._dialect.approved
        if reply is not None and approved and reply.get("4", "") == request.fields["4"]:
            office.journal.answered(request.key, State.APPROVED, code, reply.get("38", ""))
            if request.kind is Kind.CHARGE and request.capture:
                office.journal.erase_token(request.payment)
        elif reply is None or approved or code in self._dialect.reverse_on:
            office.journal.reverse(request.key, office.messages.reversal(request), code)
            office.forwarder.wake()
        else:
            office.journal.answered(request.key, State.DECLINED, code)
            if request.kind is Kind.CHARGE:
                office.journal.erase_token(request.payment)

    def _receipt(self, office: _Office, key: str) -> Receipt:
        request = office.journal.find(key)
        if request is None or request.state in (State.ASKED, State.FORWARDING, State.REVERSING):
            raise PaymentUnknown("The acquirer has not confirmed it yet.")
        standing = Standing.of(office.journal.of_payment(request.payment))
        if request.state is State.REVERSED:
            reason = f"reversed, reply {request.code or 'missing'}"
            return standing.declined(request, reason)
        if request.state is State.DECLINED:
            return standing.declined(request, request.code or "no code")
        return standing.receipt(request)


def _open(settings: Iso8583Settings, dialect: Dialect) -> _Office:
    codec = Codec(dialect)
    journal = Journal(settings.journal)
    messages = Messages(settings, dialect, journal.next_trace)
    _take_up(journal, messages, journal.interrupted())
    link = Link(settings, codec, messages.network)
    forwarder = Forwarder(settings, dialect, journal, link)
    forwarder.wake()
    return _Office(journal, codec, link, messages, forwarder)


def _take_up(journal: Journal, messages: Messages, interrupted: Sequence[str]) -> None:
    """What was asked when the process ended may have been carried out: it is taken back."""
    for key in interrupted:
        if (request := journal.find(key)) is not None:
            journal.reverse(key, messages.reversal(request))


def _close_all(opened: list[_Office]) -> None:
    for office in opened:
        office.close()


def _within(token: str, card: Card) -> bool:
    return token.encode("utf-8").find(card.number()) >= 0


def _unless_declined(receipt: Receipt) -> Receipt:
    if receipt.state is PaymentState.DECLINED:
        raise PaymentDeclined(f"The payment was declined: {receipt.reason}.")
    return receipt
