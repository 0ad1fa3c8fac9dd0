"""Chip cards over a real pcscd: directories, choice, options, records, and cards taken out."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import thenar_payment
from thenar.errors import PaymentError
from thenar.records import Money
from thenar.testing.contracts import Ability, CardReaderContract
from thenar_payment.emv import EmvCardReader, EmvSettings, tlv
from thenar_payment.emv import card as emv_card
from thenar_payment.emv.exchange import Exchange
from thenar_payment.stripe import StripeProcessor, StripeSettings

from .cards import (
    AMEX,
    AMEX_NUMBER,
    GPO,
    LOYALTY,
    MASTERCARD,
    MASTERCARD_NUMBER,
    PPSE,
    RECORD,
    SELECT,
    VISA,
    VISA_NUMBER,
)

SETTINGS = EmvSettings(reader="Thenar Test")


@pytest.fixture
def reader(slot):
    one = EmvCardReader(SETTINGS)
    yield one
    one.close()


class TestEmv(CardReaderContract):
    abilities = (Ability.UNREADABLE,)

    @pytest.fixture
    def reader(self, reader):
        return reader

    @pytest.fixture
    def insert(self, cards):
        def put():
            cards.insert(VISA)
            return VISA_NUMBER

        return put

    @pytest.fixture
    def insert_unreadable(self, cards):
        return lambda: cards.insert(LOYALTY)


@pytest.mark.parametrize(
    ("card", "number", "brand", "expiry"),
    [
        (VISA, VISA_NUMBER, "visa", "2031-12"),
        (MASTERCARD, MASTERCARD_NUMBER, "maestro", "2030-11"),
        (AMEX, AMEX_NUMBER, "amex", "2029-06"),
    ],
    ids=["PPSE", "PSE and T=0 lengths", "no directory"],
)
def test_brand_expiry_and_last_four(reader, cards, card, number, brand, expiry):
    cards.insert(card)
    read = reader.read(5)
    assert (read.brand, read.expiry, read.last4) == (brand, expiry, number[-4:])
    assert bytes(read.number()).decode() == number
    read.wipe()


def test_the_preferred_application_is_chosen(slot, cards):
    cards.insert(MASTERCARD)
    reader = EmvCardReader(attrs.evolve(SETTINGS, prefer=("mastercard",)))
    assert reader.read(5).brand == "mastercard"
    reader.close()


def test_a_blocked_application_is_passed_over(reader, cards):
    cards.insert(MASTERCARD | {SELECT + "07A0000000043060": "6283"})
    assert reader.read(5).brand == "mastercard"


WHEN = [PPSE, SELECT + "07A0000000031010", GPO, RECORD + "010C"]


@pytest.mark.parametrize("step", WHEN, ids=["directory", "application", "options", "record"])
def test_taken_out_in_the_middle(reader, cards, step, caplog):
    caplog.set_level(0)
    cards.insert(VISA | {step: "GONE"})
    with pytest.raises(PaymentError, match="taken out") as gone:
        reader.read(5)
    assert VISA_NUMBER not in f"{gone.value!r} {caplog.text}"
    cards.insert(VISA)
    assert reader.read(5).last4 == "4242"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({GPO: "6985"}, "status 6985"),
        ({RECORD + "010C": "7002 9F00 9000", RECORD + "0114": "6A83"}, "no data objects|tells no"),
        ({RECORD + "010C": "6A83", RECORD + "0114": "6A83"}, "tells no number"),
        ({PPSE: "6F7F840E 9000"}, "no data objects"),
        ({SELECT + "07A0000000031010": "6A82"}, "no application"),
    ],
    ids=["no options", "broken record", "no number", "broken directory", "gone application"],
)
def test_what_cannot_be_read_is_told(reader, cards, change, told):
    cards.insert(VISA | change)
    with pytest.raises(PaymentError, match=told):
        reader.read(5)


def test_what_the_card_said_is_overwritten(reader, cards, monkeypatch):
    """Also where reading fails at the last step."""
    held = []
    wipe = Exchange.wipe
    monkeypatch.setattr(Exchange, "wipe", lambda self: (held.extend(self._held), wipe(self)))
    cards.insert(VISA)
    reader.read(5).wipe()
    without_expiry = "700A 5A084242424242424242 9000"
    cards.insert(VISA | {RECORD + "010C": without_expiry, RECORD + "0114": "6F00"})
    with pytest.raises(PaymentError):
        reader.read(5)
    assert len(held) > 10
    assert not any(any(answer) for answer in held)


def test_the_number_goes_straight_to_the_tokeniser(reader, cards, stripe_tap):
    cards.insert(VISA)
    stripe = StripeProcessor(StripeSettings("sk_test_12345", stripe_tap.url))
    card = reader.read(5)
    token = stripe.tokenise(card, idempotency_key="chip")
    card.wipe()
    assert (token.brand, token.last4, token.expiry) == ("visa", "4242", "2031-12")
    assert bytes(card.number()) == b""
    paid = stripe.charge(token, Money(100, "EUR"), idempotency_key="chip pays", capture=True)
    assert paid.amount == Money(100, "EUR")
    stripe.close()


def test_from_the_settings(slot, cards, thenar_register, thenar_registry):
    thenar_register(thenar_payment, "thenar-payment")
    driver = thenar_registry(
        """
        drivers.card_reader = "emv"
        [card_reader.emv]
        reader = "Thenar Test"
        """
    ).driver("card_reader")
    cards.insert(VISA)
    assert driver.read(5).last4 == "4242"
    driver.close()


def test_a_reader_that_is_not_there(slot):
    reader = EmvCardReader(EmvSettings(reader="another make"))
    with pytest.raises(PaymentError, match="no card reader"):
        reader.read(0.3)
    reader.close()
    with pytest.raises(PaymentError, match="closed"):
        reader.read(0.1)


@given(st.binary(max_size=64))
def test_whatever_a_card_says_is_read_or_refused(said):
    try:
        found = list(tlv.objects(memoryview(said)))
    except PaymentError:
        return
    assert all(len(value) <= len(said) for _, value in found)


@given(st.lists(st.binary(max_size=40), max_size=12))
def test_whatever_a_card_answers_ends_in_a_card_or_an_error(answers):
    left = iter(answers)

    def transmit(command):
        return [*next(left, b""), 0x90, 0x00]

    try:
        read = emv_card.read_card(transmit, SETTINGS)
    except PaymentError:
        return
    assert 12 <= len(read.number()) <= 19
