import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from thenar.errors import PaymentDeclined, PaymentError, PaymentUnknown
from thenar.records import Card, Money, PaymentState
from thenar.testing.simulated import (
    DECLINED,
    EXPIRED,
    NO_FUNDS,
    VISA,
    BooksSettings,
    Fault,
    SimulatedProcessor,
    TestCard,
)


def card(test_card):
    return Card(bytearray(test_card.number, "ascii"), expiry=test_card.expiry, brand="visa")


def euros(minor):
    return Money(minor, "EUR")


@pytest.fixture
def processor():
    return SimulatedProcessor()


@pytest.fixture
def token(processor):
    return processor.tokenise(card(VISA), idempotency_key="t")


def test_a_token_shows_the_last_four_digits_and_hides_the_rest(processor, token, tmp_path):
    assert token.last4 == "4242"
    assert VISA.number not in token.token


def test_the_books_hold_no_card_number(tmp_path):
    path = tmp_path / "books.sqlite"
    SimulatedProcessor(BooksSettings(str(path))).tokenise(card(VISA), idempotency_key="t")
    assert VISA.number.encode() not in path.read_bytes()


def test_the_same_card_asked_with_the_same_key_gets_the_same_token(processor, token):
    assert processor.tokenise(card(VISA), idempotency_key="t") == token
    assert processor.tokenise(card(VISA), idempotency_key="u") != token


@pytest.mark.parametrize("refused", [EXPIRED, TestCard("4242424242424241")])
def test_expired_and_mistyped_cards_are_not_tokenised(processor, refused):
    with pytest.raises(PaymentDeclined):
        processor.tokenise(card(refused), idempotency_key="t")


@pytest.mark.parametrize(
    ("declining", "reason"), [(DECLINED, "do not honour"), (NO_FUNDS, "insufficient funds")]
)
def test_declining_cards_decline_again_and_settle_as_declined(processor, declining, reason):
    token = processor.tokenise(card(declining), idempotency_key="t")
    for _ in range(2):
        with pytest.raises(PaymentDeclined, match=reason):
            processor.charge(token, euros(100), idempotency_key="k", capture=True)
    assert processor.settle("k").state is PaymentState.DECLINED
    assert processor.captured("EUR") == euros(0)


def test_a_key_cannot_be_used_for_another_request(processor, token):
    processor.charge(token, euros(100), idempotency_key="k", capture=True)
    with pytest.raises(PaymentError, match="another request"):
        processor.charge(token, euros(200), idempotency_key="k", capture=True)


def test_a_lost_reply_is_unknown_and_settles_as_captured_once(processor, token):
    processor.faults.plan("charge", Fault.LOST_REPLY)
    with pytest.raises(PaymentUnknown):
        processor.charge(token, euros(100), idempotency_key="k", capture=True)
    assert processor.settle("k").state is PaymentState.CAPTURED
    again = processor.charge(token, euros(100), idempotency_key="k", capture=True)
    assert again == processor.settle("k")
    assert processor.captured("EUR") == euros(100)


def test_a_lost_request_settles_as_never_arrived(processor, token):
    processor.faults.plan("charge", Fault.LOST_REQUEST)
    with pytest.raises(PaymentUnknown):
        processor.charge(token, euros(100), idempotency_key="k", capture=True)
    assert processor.settle("k") is None
    assert processor.captured("EUR") == euros(0)


def test_two_processes_share_one_set_of_books(tmp_path):
    path = str(tmp_path / "books.sqlite")
    till, cloud = SimulatedProcessor(BooksSettings(path)), SimulatedProcessor(BooksSettings(path))
    token = till.tokenise(card(VISA), idempotency_key="t")
    cloud.charge(token, euros(700), idempotency_key="k", capture=True)
    assert till.captured("EUR") == euros(700)


class Accountant(RuleBasedStateMachine):
    """Every request is repeated or lost at will; the books must match a plain model."""

    def __init__(self):
        super().__init__()
        self.processor = SimulatedProcessor()
        self.token = self.processor.tokenise(card(VISA), idempotency_key="t")
        self.keys = 0
        self.authorised = {}
        self.captured = {}

    def call(self, method, *args, fault, **kwargs):
        """Carry one request out until it is answered, as a host that settles would."""
        self.keys += 1
        key = f"k{self.keys}"
        self.processor.faults.plan(method, fault)
        try:
            return getattr(self.processor, method)(*args, idempotency_key=key, **kwargs)
        except PaymentUnknown:
            settled = self.processor.settle(key)
            if settled is not None:
                return settled
            return getattr(self.processor, method)(*args, idempotency_key=key, **kwargs)

    amounts = st.integers(1, 1000)
    fault = st.sampled_from([None, Fault.LOST_REQUEST, Fault.LOST_REPLY])

    @rule(minor=amounts, capture=st.booleans(), fault=fault)
    def charge(self, minor, capture, fault):
        receipt = self.call("charge", self.token, euros(minor), fault=fault, capture=capture)
        (self.captured if capture else self.authorised)[receipt.payment] = minor

    @precondition(lambda self: self.authorised)
    @rule(data=st.data(), fault=fault, cancel=st.booleans())
    def finish(self, data, fault, cancel):
        payment = data.draw(st.sampled_from(list(self.authorised)))
        held = self.authorised.pop(payment)
        if cancel:
            receipt = self.call("cancel", payment, fault=fault)
            assert receipt.state is PaymentState.CANCELLED
            return
        part = data.draw(st.integers(1, held))
        receipt = self.call("capture", payment, euros(part), fault=fault)
        assert receipt.amount == euros(part)
        self.captured[payment] = part

    @precondition(lambda self: any(self.captured.values()))
    @rule(data=st.data(), fault=fault)
    def refund(self, data, fault):
        payment = data.draw(st.sampled_from([k for k, v in self.captured.items() if v]))
        part = data.draw(st.integers(1, self.captured[payment]))
        self.call("refund", payment, euros(part), fault=fault)
        self.captured[payment] -= part
        with pytest.raises(PaymentError):
            self.call("refund", payment, euros(self.captured[payment] + 1), fault=None)

    @invariant()
    def books_balance(self):
        assert self.processor.captured("EUR") == euros(sum(self.captured.values()))


TestAccountant = Accountant.TestCase
TestAccountant.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
