import pytest
from hypothesis import given
from hypothesis import strategies as st

from thenar.errors import InvalidRecord
from thenar_access.card_format import CardFormat, card_bits
from thenar_access.wiegand import FORMATS, encode

H10301 = CardFormat(
    "P" + "F" * 8 + "N" * 16 + "P", ("E" + "X" * 12 + "." * 13, "." * 13 + "X" * 12 + "O")
)
H10304 = CardFormat(
    "P" + "F" * 16 + "N" * 19 + "P", ("E" + "X" * 18 + "." * 18, "." * 18 + "X" * 18 + "O")
)


@given(st.integers(0, 255), st.integers(0, 65535))
def test_the_26_bit_format_written_out_is_the_built_in_one(facility, number):
    assert H10301.encode(facility, number) == encode(facility, number)


@given(st.integers(0, 65535), st.integers(0, (1 << 19) - 1))
def test_the_37_bit_format_written_out_is_the_built_in_one(facility, number):
    assert H10304.encode(facility, number) == encode(facility, number, bits=37)


@st.composite
def formats(draw):
    """Any layout; each parity bit covers any other bits."""
    layout = draw(st.text("FNP01", min_size=1, max_size=40)) + "N"
    lines = []
    for at in draw(st.permutations([n for n, bit in enumerate(layout) if bit == "P"])):
        covered = draw(st.lists(st.sampled_from("X."), min_size=len(layout), max_size=len(layout)))
        covered[at] = draw(st.sampled_from("EO"))
        lines.append("".join(covered))
    return CardFormat(layout, tuple(lines))


@given(formats(), st.data())
def test_a_badge_survives_the_wire(own, data):
    facility = data.draw(st.integers(0, (1 << own.layout.count("F")) - 1))
    number = data.draw(st.integers(0, (1 << own.layout.count("N")) - 1))
    assert own.decode(own.encode(facility, number)) == (facility, number)


def test_a_flipped_bit_is_noticed():
    sent = H10301.encode(17, 4242)
    for bit in range(26):
        with pytest.raises(InvalidRecord, match="parity"):
            H10301.decode(sent ^ 1 << bit)
    with pytest.raises(InvalidRecord, match="got more"):
        H10301.decode(1 << 26)


def test_fixed_bits_are_sent_and_checked():
    own = CardFormat("10NNNN")
    assert own.encode(0, 5) == 0b100101
    with pytest.raises(InvalidRecord):
        own.decode(0b000101)


def test_a_number_alone_where_there_is_no_facility_code():
    own = CardFormat("N" * 32)
    assert card_bits("4242", 26, own) == (4242, 32)
    for wrong in ("1:4242", "", "-1", "4242 ", "٣"):
        with pytest.raises(InvalidRecord):
            card_bits(wrong, 26, own)
    with pytest.raises(InvalidRecord):
        card_bits("4242", 26, None)


@pytest.mark.parametrize(
    ("layout", "parity", "told"),
    [
        ("ABC", (), "expected 1 to 128"),
        ("N" * 129, (), "expected 1 to 128"),
        ("FF", (), "card number"),
        ("PN", (), "one line for each P"),
        ("PN", ("EX", "OX"), "one line for each P"),
        ("PN", ("XE",), "one line for each P"),
        ("PN", ("EXX",), "2 characters"),
        ("PN", ("EE",), "2 characters"),
    ],
)
def test_layouts_that_do_not_fit_are_refused(layout, parity, told):
    with pytest.raises(InvalidRecord, match=told):
        CardFormat(layout, parity)


def test_there_are_the_usual_formats():
    assert sorted(FORMATS) == [26, 34, 37]
