"""The contract of payment processors."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from thenar.errors import PaymentDeclined, PaymentError, PaymentUnknown
from thenar.protocols import Detokeniser, PaymentProcessor
from thenar.records import Card, PaymentState, PaymentToken
from thenar.testing.contracts._suite import HOSTILE, Ability, needs, within
from thenar.testing.contracts.payment_core import PaymentCore


class PaymentContract(PaymentCore):
    """A :class:`~thenar.protocols.PaymentProcessor`.

    Give ``processor`` and ``card``, a function that gives a card in good standing,
    each time anew. Its test class moves test money only.

    Attributes:
        currency: that it is charged in.
        price: minor units charged.
    """

    @needs(Ability.KEYED_TOKENS)
    def test_the_same_key_gives_the_same_token(
        self, processor: PaymentProcessor, card: Callable[[], Card], run: str
    ) -> None:
        """A host that got no answer tokenises again: one token."""
        tokens = [processor.tokenise(card(), idempotency_key=f"same-{run}") for _ in range(2)]
        assert tokens[0].token == tokens[1].token

    @needs(Ability.STRICT)
    def test_a_key_used_for_another_amount_is_refused(
        self, processor: PaymentProcessor, token: PaymentToken, run: str
    ) -> None:
        """The same key with another amount is a mistake of the caller: PaymentError."""
        self.pay(processor, token, f"mixed-{run}")
        with pytest.raises(PaymentError):
            self.pay(processor, token, f"mixed-{run}", minor=self.price + 1)

    @needs(Ability.STRICT)
    def test_an_unknown_token_is_an_error(
        self, processor: PaymentProcessor, token: PaymentToken, run: str
    ) -> None:
        """A token that it never gave moves no money: PaymentError, and nothing is unknown."""
        for number, text in enumerate(HOSTILE):
            stranger = PaymentToken(token.processor, text, token.brand, token.last4)
            with pytest.raises(PaymentError) as refusal:
                self.pay(processor, stranger, f"stranger-{number}-{run}")
            assert not isinstance(refusal.value, PaymentUnknown), f"{text[:40]!r} is left unknown"

    @needs(Ability.DECLINES)
    def test_a_decline_is_told_apart(
        self,
        processor: PaymentProcessor,
        declined_card: Callable[[], Card],
        run: str,
    ) -> None:
        """A decline is PaymentDeclined each time it is asked, and settles as no money moved."""
        token = processor.tokenise(declined_card(), idempotency_key=f"poor-{run}")
        for _ in range(2):
            with pytest.raises(PaymentDeclined):
                self.pay(processor, token, f"declined-{run}")
        settled = within(self.seconds, processor.settle, f"declined-{run}")
        assert settled is None or settled.state is PaymentState.DECLINED

    @needs(Ability.AUTHORISES)
    def test_captures_what_was_authorised(
        self, processor: PaymentProcessor, token: PaymentToken, run: str
    ) -> None:
        """Authorised first, captured later, once, for less."""
        held = self.pay(processor, token, f"hold-{run}", capture=False)
        assert held.state is PaymentState.AUTHORISED
        less = self.money(self.price - 40)
        taken = [
            processor.capture(held.payment, less, idempotency_key=f"take-{run}") for _ in range(2)
        ]
        assert {(one.state, one.amount) for one in taken} == {(PaymentState.CAPTURED, less)}

    @needs(Ability.AUTHORISES)
    def test_captures_no_more_than_was_authorised(
        self, processor: PaymentProcessor, token: PaymentToken, run: str
    ) -> None:
        """More than was authorised is refused."""
        held = self.pay(processor, token, f"hold-{run}", capture=False)
        with pytest.raises(PaymentError):
            processor.capture(
                held.payment, self.money(self.price + 1), idempotency_key=f"greed-{run}"
            )

    @needs(Ability.AUTHORISES)
    def test_what_was_cancelled_is_not_captured(
        self, processor: PaymentProcessor, token: PaymentToken, run: str
    ) -> None:
        """An authorisation that was given up, twice with one key, moves no money."""
        held = self.pay(processor, token, f"hold-{run}", capture=False)
        for _ in range(2):
            given_up = processor.cancel(held.payment, idempotency_key=f"up-{run}")
            assert given_up.state is PaymentState.CANCELLED
        with pytest.raises(PaymentError):
            processor.capture(held.payment, self.money(), idempotency_key=f"late-{run}")

    @needs(Ability.REFUNDS)
    def test_refunds_in_parts(
        self, processor: PaymentProcessor, token: PaymentToken, run: str
    ) -> None:
        """Given back in parts, each once, until all is."""
        paid = self.pay(processor, token, f"paid-{run}")
        part = self.money(self.price // 4)
        backs = [
            processor.refund(paid.payment, part, idempotency_key=f"back-{run}") for _ in range(2)
        ]
        assert {one.refunded for one in backs} == {part}, "the same key gave back twice"
        rest = self.money(self.price - part.minor)
        done = processor.refund(paid.payment, rest, idempotency_key=f"rest-{run}")
        assert done.refunded == self.money()

    @needs(Ability.REFUNDS, Ability.STRICT)
    def test_refunds_no_more_than_was_captured(
        self, processor: PaymentProcessor, token: PaymentToken, run: str
    ) -> None:
        """More than is left of what was captured is refused."""
        paid = self.pay(processor, token, f"paid-{run}")
        part = self.money(self.price // 4)
        processor.refund(paid.payment, part, idempotency_key=f"back-{run}")
        with pytest.raises(PaymentError):
            processor.refund(paid.payment, self.money(), idempotency_key=f"greed-{run}")

    @needs(Ability.DETOKENISES)
    def test_a_token_that_was_given_back_is_forgotten(
        self, processor: PaymentProcessor, token: PaymentToken, run: str
    ) -> None:
        """Given back twice, and one that it never gave: no error, and nothing is charged to it."""
        assert isinstance(processor, Detokeniser)
        never = PaymentToken(token.processor, "no-such-token", token.brand, token.last4)
        for number, one in enumerate((token, token, never)):
            within(self.seconds, processor.detokenise, one, idempotency_key=f"d{number}-{run}")
        with pytest.raises(PaymentError) as refusal:
            self.pay(processor, token, f"forgotten-{run}")
        assert not isinstance(refusal.value, PaymentUnknown), "it is left unknown"

    @needs(Ability.UNREACHABLE)
    def test_an_unreachable_processor_leaves_it_unknown(
        self,
        processor: PaymentProcessor,
        token: PaymentToken,
        run: str,
        unreachable: AbstractContextManager[object],
    ) -> None:
        """PaymentUnknown and a later charge; or PaymentDeclined, or taken back, and none."""
        key = f"cut-{run}"
        with unreachable:
            with pytest.raises((PaymentUnknown, PaymentDeclined)) as told:
                self.pay(processor, token, key)
            is_declined = isinstance(told.value, PaymentDeclined)
            if not is_declined:
                with pytest.raises(PaymentUnknown):
                    within(self.seconds, processor.settle, key)
        if not is_declined and self.settled(processor, key) is None:
            assert self.pay(processor, token, key).state is PaymentState.CAPTURED
            return
        self.moves_no_money(processor, token, key)
        assert self.pay(processor, token, f"{key}-again").state is PaymentState.CAPTURED

    @needs(Ability.LOST_REPLY)
    def test_a_lost_reply_never_charges_twice(
        self,
        processor: PaymentProcessor,
        token: PaymentToken,
        run: str,
        lost_reply: AbstractContextManager[object],
    ) -> None:
        """PaymentUnknown; settling and repeating find one payment, or one that was taken back."""
        key = f"lost-{run}"
        with lost_reply, pytest.raises(PaymentUnknown):
            self.pay(processor, token, key)
        settled = self.settled(processor, key)
        assert settled is not None, "it was carried out, and settles to never arrived"
        if settled.state is PaymentState.DECLINED:
            self.moves_no_money(processor, token, key)
            return
        assert settled.state is PaymentState.CAPTURED
        assert self.pay(processor, token, key).payment == settled.payment

    @needs(Ability.SILENT)
    def test_a_silent_processor_is_given_up_in_time(
        self,
        processor: PaymentProcessor,
        token: PaymentToken,
        run: str,
        silent: AbstractContextManager[object],
    ) -> None:
        """Where no answer comes, PaymentUnknown comes before the deadline; later it works again."""
        with silent, pytest.raises(PaymentUnknown):
            self.pay(processor, token, f"silent-{run}")
        assert self.pay(processor, token, f"later-{run}").state is PaymentState.CAPTURED

    @needs(Ability.RESTART)
    def test_a_restart_forgets_no_payment(
        self,
        processor: PaymentProcessor,
        token: PaymentToken,
        run: str,
        restarted: Callable[[], PaymentProcessor],
    ) -> None:
        """What was paid before a restart settles after it, and is not charged again."""
        paid = self.pay(processor, token, f"before-{run}")
        again = restarted()
        settled = within(self.seconds, again.settle, f"before-{run}")
        assert settled is not None
        assert settled.payment == paid.payment
        assert self.pay(again, token, f"before-{run}").payment == paid.payment
