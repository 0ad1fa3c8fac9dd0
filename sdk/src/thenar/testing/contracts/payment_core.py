"""The contract of payment processors: what all of them do."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import ClassVar

import pytest

from thenar.errors import PaymentDeclined, PaymentError, PaymentUnknown
from thenar.protocols import Detokeniser, PaymentProcessor
from thenar.records import Card, Money, PaymentState, PaymentToken, Receipt
from thenar.testing.contracts._suite import (
    HOSTILE,
    Ability,
    PeerContract,
    attempt,
    together,
    told,
    within,
)

_runs = itertools.count(1)
_PAUSE = 0.1


class PaymentCore(PeerContract):
    """Tokens, charges, keys and settling; see :class:`PaymentContract`."""

    kind = "payment"
    currency: ClassVar[str] = "EUR"
    price: ClassVar[int] = 1240

    @pytest.fixture
    def processor(self) -> PaymentProcessor:
        """The processor under test, made afresh."""
        self.lacks("processor")

    @pytest.fixture
    def card(self) -> Callable[[], Card]:
        """Gives a card in good standing, each time anew."""
        self.lacks("card")

    @pytest.fixture
    def declined_card(self) -> Callable[[], Card]:
        """Gives a card that is declined when charged; needs ``Ability.DECLINES``."""
        self.lacks("declined_card")

    @pytest.fixture
    def run(self) -> str:
        """Makes keys of one check differ from those of all others, also at a shared peer."""
        import secrets

        return f"{next(_runs)}-{secrets.token_hex(6)}"

    @pytest.fixture
    def token(
        self, processor: PaymentProcessor, card: Callable[[], Card], run: str
    ) -> Iterator[PaymentToken]:
        """A card, tokenised."""
        given = card()
        yield within(self.seconds, processor.tokenise, given, idempotency_key=f"token-{run}")
        given.wipe()

    def money(self, minor: int = 0) -> Money:
        """An amount; the price where none is given."""
        return Money(minor or self.price, self.currency)

    def pay(
        self,
        processor: PaymentProcessor,
        token: PaymentToken,
        key: str,
        *,
        capture: bool = True,
        minor: int = 0,
    ) -> Receipt:
        """Charge within the deadline."""
        receipt = within(
            self.seconds,
            processor.charge,
            token,
            self.money(minor),
            idempotency_key=key,
            capture=capture,
        )
        assert isinstance(receipt, Receipt), f"charge gave {type(receipt).__name__}"
        return receipt

    def settled(self, processor: PaymentProcessor, key: str) -> Receipt | None:
        """What became of a key; asked again while that is not known yet."""
        until = time.monotonic() + self.seconds
        while True:
            try:
                return within(self.seconds, processor.settle, key)
            except PaymentUnknown:
                if time.monotonic() > until:
                    raise
                time.sleep(_PAUSE)

    def moves_no_money(self, processor: PaymentProcessor, token: PaymentToken, key: str) -> None:
        """Fail where a key that was declined charges later."""
        with pytest.raises(PaymentDeclined):
            self.pay(processor, token, key)
        settled = within(self.seconds, processor.settle, key)
        assert settled is None or settled.state is PaymentState.DECLINED

    def test_has_what_the_protocol_promises(self, processor: PaymentProcessor) -> None:
        """It tokenises, charges, captures, cancels, refunds and settles."""
        self.keeps_protocol(processor)
        forgets = isinstance(processor, Detokeniser)
        declared = Ability.DETOKENISES in self.abilities
        assert forgets is declared, f"detokenise: {forgets}, Ability.DETOKENISES: {declared}"

    def test_a_token_stands_in_for_the_card(
        self, processor: PaymentProcessor, card: Callable[[], Card], run: str
    ) -> None:
        """The token has the card's last four digits, and not its number."""
        given = card()
        number = bytes(given.number()).decode("ascii")
        token = within(self.seconds, processor.tokenise, given, idempotency_key=f"token-{run}")
        assert token.last4 == given.last4
        assert token.processor
        for said in (token.token, repr(token), token.brand, token.expiry):
            assert number not in said, "the token holds the card number"
        assert bytes(given.number()).decode("ascii") == number, "wiping is the caller's to do"
        given.wipe()

    def test_a_wiped_card_is_an_error(
        self, processor: PaymentProcessor, card: Callable[[], Card], run: str
    ) -> None:
        """A card that was wiped already raises PaymentError."""
        given = card()
        given.wipe()
        with pytest.raises(PaymentError):
            within(self.seconds, processor.tokenise, given, idempotency_key=f"wiped-{run}")

    def test_errors_and_logs_hold_no_card_number(
        self,
        processor: PaymentProcessor,
        card: Callable[[], Card],
        run: str,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        """Nothing that is raised or logged holds the card's number."""
        caplog.set_level(0)
        given = card()
        number = bytes(given.number()).decode("ascii")
        token = processor.tokenise(given, idempotency_key=f"quiet-{run}")
        self.pay(processor, token, f"quiet-{run}-1")
        with pytest.raises(PaymentError) as refusal:
            processor.capture("no-such-payment", self.money(), idempotency_key=f"quiet-{run}-2")
        assert number not in told(refusal.value, caplog)
        given.wipe()

    def test_charges(self, processor: PaymentProcessor, token: PaymentToken, run: str) -> None:
        """A captured charge has the amount asked for and names its key."""
        receipt = self.pay(processor, token, f"charge-{run}")
        assert receipt.state is PaymentState.CAPTURED, receipt.reason
        assert receipt.amount == self.money()
        assert receipt.idempotency_key == f"charge-{run}"
        assert receipt.refunded.minor == 0

    def test_the_same_key_charges_once(
        self, processor: PaymentProcessor, token: PaymentToken, run: str
    ) -> None:
        """Asked again with the same key, it answers with the same payment."""
        receipts = [self.pay(processor, token, f"once-{run}") for _ in range(3)]
        assert len({receipt.payment for receipt in receipts}) == 1
        assert {receipt.state for receipt in receipts} == {PaymentState.CAPTURED}

    def test_another_key_charges_again(
        self, processor: PaymentProcessor, token: PaymentToken, run: str
    ) -> None:
        """Two keys are two payments."""
        first = self.pay(processor, token, f"one-{run}")
        assert self.pay(processor, token, f"two-{run}").payment != first.payment

    def test_one_key_on_several_threads_charges_once(
        self, processor: PaymentProcessor, token: PaymentToken, run: str
    ) -> None:
        """Four requests with one key at the same moment: one payment."""
        calls = [lambda: attempt(PaymentUnknown, self.pay, processor, token, f"threads-{run}")] * 4
        answers = together(calls, self.seconds)
        assert not [one for one in answers if isinstance(one, Exception)], answers
        paid = {one.payment for one in answers if isinstance(one, Receipt)}
        assert len(paid) == 1, f"{len(paid)} payments"

    def test_an_unknown_payment_is_an_error(self, processor: PaymentProcessor, run: str) -> None:
        """What was never charged cannot be captured, cancelled or refunded."""
        for number, text in enumerate(("no-such-payment", *HOSTILE)):
            for call in (
                partial(processor.capture, text, self.money(), idempotency_key=f"c{number}-{run}"),
                partial(processor.cancel, text, idempotency_key=f"v{number}-{run}"),
                partial(processor.refund, text, self.money(), idempotency_key=f"r{number}-{run}"),
            ):
                with pytest.raises(PaymentError):
                    within(self.seconds, call)

    def test_settles_what_was_charged(
        self, processor: PaymentProcessor, token: PaymentToken, run: str
    ) -> None:
        """Settling by the key gives the payment that was made."""
        paid = self.pay(processor, token, f"settle-{run}")
        settled = within(self.seconds, processor.settle, f"settle-{run}")
        assert settled is not None
        assert (settled.payment, settled.state) == (paid.payment, PaymentState.CAPTURED)
        assert settled.amount == self.money()

    def test_a_key_that_never_arrived_settles_to_none(
        self, processor: PaymentProcessor, run: str
    ) -> None:
        """None says that no money moved and none will."""
        assert within(self.seconds, processor.settle, f"never-{run}") is None

    def test_works_when_the_clock_is_set(
        self,
        processor: PaymentProcessor,
        token: PaymentToken,
        run: str,
        set_clock: Callable[[float], None],
    ) -> None:
        """A request repeated after the clock was set back an hour is the same payment."""
        first = self.pay(processor, token, f"clock-{run}")
        set_clock(-3600.0)
        assert self.pay(processor, token, f"clock-{run}").payment == first.payment

    def test_closing_twice_is_allowed(self, processor: PaymentProcessor) -> None:
        """Whatever can be closed may be closed twice."""
        self.closes_twice(processor)
