"""The codec: what pyiso8583 would write, with the card number passing by it."""

import iso8583
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thenar.errors import PaymentError
from thenar_payment.iso8583 import Dialect
from thenar_payment.iso8583.codec import Codec

digits = st.text("23456789", min_size=12, max_size=19)
"""Of a card; the other fields have none of them."""
dialects = st.builds(
    Dialect,
    text=st.sampled_from(["ascii", "cp037", "cp500"]),
    bitmap=st.sampled_from(["binary", "text"]),
    header=st.sampled_from(["2b", "4b", "4a"]),
)
messages = st.fixed_dictionaries(
    {
        "t": st.sampled_from(["0100", "0110", "0200"]),
        "11": st.text("01", min_size=6, max_size=6),
    },
    optional={
        "4": st.text("01", min_size=12, max_size=12),
        "48": st.text("ABC 01", max_size=40),
        "102": st.text("ABC01", min_size=1, max_size=28),
    },
)


@settings(max_examples=40, deadline=None)
@given(dialects, messages, digits)
def test_a_number_is_written_as_if_it_were_a_field(dialect, fields, number):
    codec = Codec(dialect)
    framed = codec.encode_card(fields, memoryview(number.encode()))
    size = codec.length_size
    expected, _ = iso8583.encode({**fields, "2": number}, dialect.spec())
    assert framed[size:] == expected
    assert codec.length(framed[:size]) == len(expected)


@settings(max_examples=40, deadline=None)
@given(dialects, messages, digits)
def test_a_number_is_never_read(dialect, fields, number):
    message, _ = iso8583.encode({**fields, "2": number}, dialect.spec())
    decoded = Codec(dialect).decode(message)
    assert decoded["2"] == "0" * len(number)
    assert number.encode(dialect.text) not in message
    assert {name: decoded[name] for name in fields} == fields


@settings(max_examples=40, deadline=None)
@given(dialects, messages)
def test_what_is_written_is_read(dialect, fields):
    codec = Codec(dialect)
    decoded = codec.decode(codec.encode(fields)[codec.length_size :])
    assert {name: decoded[name] for name in fields} == fields


@settings(max_examples=40, deadline=None)
@given(dialects, st.binary(max_size=80))
def test_whatever_comes_is_a_message_or_an_error(dialect, data):
    try:
        decoded = Codec(dialect).decode(bytearray(data))
    except PaymentError:
        return
    assert len(decoded["t"]) == 4


def test_a_value_that_does_not_fit_names_its_field():
    with pytest.raises(PaymentError, match="field 11"):
        Codec(Dialect()).encode({"t": "0800", "11": "1"})
