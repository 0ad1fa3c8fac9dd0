"""Records are checked at birth, and say what was expected and what came."""

import copy
import pickle

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thenar import records
from thenar.errors import InvalidRecord
from thenar.records import (
    CROP_SIDE,
    AttackCheck,
    Band,
    Candidate,
    Card,
    Decision,
    Frame,
    FrameSet,
    Hand,
    Identification,
    Link,
    LinkKind,
    Message,
    Money,
    PalmCrop,
    Passage,
    PaymentState,
    PaymentToken,
    Pose,
    Provider,
    Receipt,
    Signature,
)

PAN = "4111111111111111"
amounts = st.integers(0, 10**15)
currencies = st.sampled_from(["EUR", "JPY", "KWD"])
money = st.builds(Money, amounts, currencies)


def grey(height=4, width=6):
    return np.zeros((height, width), np.uint8)


def test_every_record_is_frozen_and_exported():
    for name in records.__all__:
        made = getattr(records, name)
        if attrs.has(made):
            assert made.__setattr__ is not object.__setattr__, name
            assert made.__doc__, name


@given(money, amounts)
def test_adding_and_taking_away_are_inverse(amount, more):
    other = Money(more, amount.currency)
    assert (amount + other) - other == amount
    assert (amount + other).minor == amount.minor + more
    assert amount + other == other + amount


@given(money, st.integers(1, 10**15))
def test_money_never_goes_below_zero(amount, more):
    with pytest.raises(InvalidRecord, match="expected an int ≥ 0"):
        amount - Money(amount.minor + more, amount.currency)


@given(money, money)
def test_currencies_never_mix(one, other):
    if one.currency == other.currency:
        assert (one + other).currency == one.currency
        return
    for mix in (Money.__add__, Money.__sub__):
        with pytest.raises(InvalidRecord, match=f"{one.currency} on both sides"):
            mix(one, other)


@given(st.text().filter(lambda code: len(code) != 3 or not (code.isascii() and code.isupper())))
def test_currency_is_a_code(code):
    with pytest.raises(InvalidRecord, match="ISO 4217"):
        Money(1, code)


@pytest.mark.parametrize("minor", [-1, 1.5, True, "3", None])
def test_amount_is_a_whole_number(minor):
    with pytest.raises(InvalidRecord, match=r"Money\.minor: expected an int ≥ 0"):
        Money(minor, "EUR")


def test_money_has_no_order_across_currencies():
    with pytest.raises(TypeError):
        _ = Money(1, "EUR") < Money(2, "EUR")


@given(st.floats())
def test_rates_are_within_0_and_1(value):
    if 0 <= value <= 1:
        assert Candidate(0, value).fmr == value
        return
    for build in (
        lambda: Candidate(0, value),
        lambda: Identification(None, fmr=value),
        lambda: AttackCheck("warm", passed=True, score=value),
    ):
        with pytest.raises(InvalidRecord, match="a number in 0"):
            build()


@given(st.floats())
def test_poses_are_within_their_ranges(value):
    for field, low, high in (("roll", -180, 180), ("tilt", 0, 90)):
        if low <= value <= high:
            assert getattr(Pose(**{field: value}), field) == value
        else:
            with pytest.raises(InvalidRecord, match=rf"Pose\.{field}"):
                Pose(**{field: value})


def test_frame_knows_its_shape():
    assert Frame(grey(), "nir").band is Band.NIR
    assert Frame(np.zeros((4, 6, 3), np.uint8), Band.RGB).pixels.shape == (4, 6, 3)
    for pixels, band in [(grey(), Band.RGB), (np.zeros((4, 6, 3), np.uint8), Band.NIR)]:
        with pytest.raises(InvalidRecord, match="H×W×3 pixels for rgb"):
            Frame(pixels, band)


@pytest.mark.parametrize(
    ("pixels", "got"),
    [
        (np.zeros((4, 6), np.float32), "got float32"),
        (np.zeros((0, 6), np.uint8), r"got shape \(0, 6\)"),
        (np.zeros((4, 6, 4), np.uint8), r"got shape \(4, 6, 4\)"),
        ([[0]], "got list"),
    ],
)
def test_pixels_of_another_kind_are_refused(pixels, got):
    with pytest.raises(InvalidRecord, match=got):
        Frame(pixels, Band.GREY)


def test_frames_taken_together_have_one_band_each():
    nir, rgb = Frame(grey(), Band.NIR, 1.0, 5), Frame(np.zeros((4, 6, 3), np.uint8), Band.RGB)
    together = FrameSet([rgb, nir])
    assert together.primary is nir
    assert (together.time, together.number) == (1.0, 5)
    assert together.band(Band.GREY) is None
    assert FrameSet([rgb]).primary is rgb
    for frames in ([], [nir, nir]):
        with pytest.raises(InvalidRecord, match="at least one frame, one a band"):
            FrameSet(frames)


def test_crop_is_128_by_128():
    side = (CROP_SIDE, CROP_SIDE)
    crop = PalmCrop({Band.NIR: np.zeros(side, np.uint8)}, np.ones(side, bool), "left")
    assert crop.hand is Hand.LEFT
    for bands, mask in [
        ({}, np.ones(side, bool)),
        ({Band.NIR: np.zeros((64, 64), np.uint8)}, np.ones(side, bool)),
        ({Band.RGB: np.zeros(side, np.uint8)}, np.ones(side, bool)),
        ({Band.NIR: np.zeros(side, np.uint8)}, np.ones(side, np.uint8)),
    ]:
        with pytest.raises(InvalidRecord):
            PalmCrop(bands, mask)


def test_signature_has_a_row_an_aspect():
    rows = np.zeros((2, 8), np.uint64)
    assert Signature("blocks", 1, ("print", "vein"), rows, rows).aspects == ("print", "vein")
    for aspects, bits, mask in [
        (("print",), rows, rows),
        (("print", "print"), rows, rows),
        ((), rows[:0], rows[:0]),
        (("print", "vein"), rows, rows[:1]),
    ]:
        with pytest.raises(InvalidRecord):
            Signature("blocks", 1, aspects, bits, mask)


@pytest.mark.parametrize(
    "build",
    [
        lambda: Decision(allow=True, reason=""),
        lambda: Passage("", "s", "c", 0.0, "r"),
        lambda: Link(LinkKind.TICKET, "gate", ""),
        lambda: Message("", "subject", "body"),
    ],
)
def test_text_that_must_be_there(build):
    with pytest.raises(InvalidRecord, match="a non-empty string"):
        build()


def test_nothing_confidential_is_shown():
    secret = "s3cr3t-9"
    for record in (
        Link(LinkKind.TICKET, "gate", secret),
        Passage("north", "subject", secret, 0.0, "r"),
        PaymentToken("stripe", secret),
        Message("someone@example.org", "Your code", secret),
        Frame(grey(), Band.GREY),
    ):
        assert secret not in repr(record)
        assert "array" not in repr(record)
        assert "example.org" not in repr(record)


def test_card_is_wiped_and_never_shown_copied_or_stored():
    number = bytearray(PAN.encode())
    card = Card(number, expiry="2030-01", brand="visa")
    assert bytes(card.number()) == PAN.encode()
    assert PAN not in repr(card)
    for leave in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(InvalidRecord, match="never copied or stored"):
            leave(card)
    card.wipe()
    assert not number
    assert not bytes(card.number())
    assert card.last4 == "1111"


@pytest.mark.parametrize("number", [PAN, bytearray(b"4111"), bytearray(b"4111 1111 1111 1111")])
def test_card_number_that_is_none_is_not_told(number):
    with pytest.raises(InvalidRecord) as told:
        Card(number, expiry="2030-01", brand="visa")
    assert "4111" not in str(told.value)


@given(amounts, amounts)
def test_no_more_is_refunded_than_was_paid(paid, refunded):
    def build():
        amount, back = Money(paid, "EUR"), Money(refunded, "EUR")
        return Receipt("p", PaymentState.REFUNDED, amount, refunded=back, idempotency_key="k")

    if refunded <= paid:
        assert build().refunded.minor == refunded
    else:
        with pytest.raises(InvalidRecord, match="at most"):
            build()


@pytest.mark.parametrize("name", ["", "A", "a b", "a_b", "ä", None])
def test_provider_has_a_name_that_settings_can_hold(name):
    with pytest.raises(InvalidRecord, match="lower-case letters, digits and hyphens"):
        Provider(name, make=print)


def test_provider_has_something_to_make_and_a_settings_class():
    with pytest.raises(InvalidRecord, match="a callable, got int"):
        Provider("a", make=3)
    with pytest.raises(InvalidRecord, match="an attrs class"):
        Provider("a", make=print, settings=dict)


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (Money(1240, "EUR"), "EUR 12.40"),
        (Money(5, "USD"), "USD 0.05"),
        (Money(1240, "JPY"), "JPY 1240"),
        (Money(1240, "KWD"), "KWD 1.240"),
    ],
)
def test_money_is_written_with_its_currencys_digits(amount, written):
    assert str(amount) == written
