import pytest
from hypothesis import given
from hypothesis import strategies as st

from thenar.errors import InvalidRecord
from thenar_access.wiegand import FORMATS, decode, encode


@st.composite
def badges(draw):
    bits = draw(st.sampled_from(sorted(FORMATS)))
    layout = FORMATS[bits]
    facility = draw(st.integers(0, (1 << layout.facility_bits) - 1))
    number = draw(st.integers(0, (1 << layout.number_bits) - 1))
    return bits, facility, number


@given(badges())
def test_a_badge_survives_the_wire(badge):
    bits, facility, number = badge
    assert decode(encode(facility, number, bits=bits), bits=bits) == (facility, number)


@given(badges(), st.data())
def test_any_single_flipped_bit_is_noticed(badge, data):
    bits, facility, number = badge
    flipped = encode(facility, number, bits=bits) ^ 1 << data.draw(st.integers(0, bits - 1))
    with pytest.raises(InvalidRecord, match="parity"):
        decode(flipped, bits=bits)


def test_known_26_bit_badges():
    # Facility 0, card 1: the second half has one bit set, so its odd parity bit is 0.
    assert f"{encode(0, 1):026b}" == "0" + "00000000" + "0000000000000001" + "0"
    # Facility 1, card 0: the first half has one bit set, so its even parity bit is 1.
    assert f"{encode(1, 0):026b}" == "1" + "00000001" + "0000000000000000" + "1"


def test_known_34_bit_badges():
    assert f"{encode(0, 1, bits=34):034b}" == "0" + "0" * 16 + "0" * 15 + "1" + "0"
    assert f"{encode(1, 0, bits=34):034b}" == "1" + "0" * 15 + "1" + "0" * 16 + "1"


def test_known_37_bit_badge_counts_the_middle_bit_in_both_halves():
    # Bit 18 of the 35 data bits, card number 2**17, is the last of the first half
    # and the first of the second.
    assert f"{encode(0, 1 << 17, bits=37):037b}" == "1" + "0" * 16 + "01" + "0" * 17 + "0"


@pytest.mark.parametrize(
    ("facility", "number", "bits"),
    [(256, 0, 26), (0, 65536, 26), (0, -1, 37), (0, 65536, 34), (0, 0, 35)],
)
def test_what_does_not_fit_is_refused(facility, number, bits):
    with pytest.raises(InvalidRecord, match="expected"):
        encode(facility, number, bits=bits)


def test_too_many_bits_are_refused():
    with pytest.raises(InvalidRecord, match="got more"):
        decode(1 << 26)
