"""A card number is nowhere but in the request: no log, exception, database, file or repr."""

import io
import logging
import sqlite3
import traceback
from pathlib import Path

import pytest

from thenar.errors import PaymentError, ThenarError
from thenar.records import Money
from thenar_payment.iso8583.codec import Codec
from thenar_payment.iso8583.link import Link
from thenar_payment.stripe import StripeProcessor, StripeSettings

from .http_tap import Fault as HttpFault
from .iso_tap import Fault as IsoFault

GOOD = "4242424242424242"
DECLINED = "4000000000000002"


@pytest.fixture
def logs():
    """All that is logged, down to the last detail of the libraries, with all attributes."""
    text = io.StringIO()

    class Everything(logging.Handler):
        def emit(self, record):
            text.write(f"{record.getMessage()} {record.__dict__!r}\n")

    handler, root = Everything(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    root.setLevel(level)


def told(error):
    """All that an exception tells, its causes and the variables of all frames but ours."""
    said = []
    while error is not None:
        trace = error.__traceback__
        while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
            trace = trace.tb_next
        lines = traceback.TracebackException(type(error), error, trace, capture_locals=True)
        said += [repr(error), repr(vars(error)), *lines.format(chain=False)]
        error = error.__cause__ or error.__context__
    return "\n".join(said)


def linked(processor, card):
    """Link a card as the terminal does; the token, or what the exception told."""
    try:
        return processor.tokenise(card, idempotency_key=f"card-{card.last4}")
    except PaymentError as error:
        return told(error)
    finally:
        card.wipe()


def nowhere(number, *texts):
    spaced = " ".join(number[place : place + 4] for place in range(0, 16, 4))
    for text in texts:
        assert number not in text
        assert spaced not in text
        assert number.encode().hex() not in text


def test_with_stripe(stripe_tap, make_card, logs, tmp_path):
    stripe = StripeProcessor(StripeSettings("sk_test_12345", stripe_tap.url, read_seconds=0.5))
    token = linked(stripe, make_card(GOOD))
    declined = linked(stripe, make_card(DECLINED))
    assert "PaymentDeclined" in declined
    stripe_tap.plan("payment_methods$", HttpFault.LOST_REPLY)
    unknown = linked(stripe, make_card(GOOD))
    assert "PaymentUnknown" in unknown
    stripe.charge(token, Money(100, "EUR"), idempotency_key="pan", capture=True)
    stripe.close()
    for number in (GOOD, DECLINED):
        assert any(number.encode() in body for _, _, _, body in stripe_tap.requests)
        nowhere(number, logs.getvalue(), declined, unknown, repr(token), token.token)
    for _, path, headers, body in stripe_tap.requests:
        nowhere(GOOD, path, repr(headers))
        assert path == "/v1/payment_methods" or GOOD.encode() not in body


def test_with_iso8583(iso_tap, iso_settings, make_iso, make_card, logs, tmp_path):
    iso = make_iso()
    token = linked(iso, make_card(GOOD))
    declined = linked(iso, make_card(DECLINED))
    assert "PaymentDeclined" in declined
    iso_tap.plan("0100", IsoFault.LOST_REPLY)
    unknown = linked(iso, make_card(GOOD))
    assert "PaymentUnknown" in unknown
    iso_tap.plan("0200", IsoFault.LOST_REPLY)
    with pytest.raises(ThenarError) as lost:
        iso.charge(token, Money(100, "EUR"), idempotency_key="pan", capture=True)
    iso.close()
    books = sqlite3.connect(iso_settings.journal)
    journal = "\n".join(books.iterdump())
    books.close()
    for number in (GOOD, DECLINED):
        assert number.encode() in iso_tap.bytes_seen
        nowhere(number, logs.getvalue(), declined, unknown, told(lost.value), journal, token.token)
        for file in Path(tmp_path).rglob("*"):
            assert not file.is_file() or number.encode() not in file.read_bytes()


def test_buffers_are_overwritten(iso_tap, make_iso, make_card, monkeypatch):
    """What was sent, and the answer that repeats the number."""
    sent, read = [], []
    ask, decode = Link.ask, Codec.decode

    def asking(self, fields, seconds, message=None):
        sent.append(message)
        assert GOOD.encode() in message
        return ask(self, fields, seconds, message)

    def decoding(self, message):
        read.append(message)
        return decode(self, message)

    monkeypatch.setattr(Link, "ask", asking)
    monkeypatch.setattr(Codec, "decode", decoding)
    assert linked(make_iso(), make_card(GOOD)).last4 == "4242"
    assert [any(message) for message in sent] == [False]
    assert iso_tap.answered[-1][1]["2"] == GOOD
    assert b"0" * 16 in read[-1]
    assert GOOD.encode() not in read[-1]
