"""ISO 8583 against iso8583sim, over a line that breaks."""

import asyncio
import datetime as dt
import ipaddress
import sqlite3
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from thenar.errors import PaymentDeclined, PaymentError, PaymentUnknown, SettingsError
from thenar.records import Money, PaymentState
from thenar_payment.iso8583 import Iso8583Processor

from .iso_tap import Fault

EUR_10 = Money(1000, "EUR")


@pytest.fixture
def iso(make_iso):
    return make_iso()


@pytest.fixture
def token(iso, make_card):
    return iso.tokenise(make_card(), idempotency_key="card")


def settled(processor, key, seconds=10.0):
    """What became of it, asked for until it is known."""
    until = time.monotonic() + seconds
    while True:
        try:
            return processor.settle(key)
        except PaymentUnknown:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def test_a_card_is_verified_and_its_number_is_not_the_token(iso, token, iso_tap):
    assert (token.processor, token.last4, token.expiry) == ("iso8583", "4242", "2031-12")
    assert "4242424242424242" not in token.token
    verification = iso_tap.sent("0100")[0]
    assert verification["2"] == "4242424242424242"
    assert verification["4"] == "0" * 12
    assert verification["14"] == "3112"


def test_the_line_signs_on_first(iso, token, iso_tap):
    assert [(fields["t"], fields.get("70")) for fields in iso_tap.requests[:2]] == [
        ("0800", "001"),
        ("0100", None),
    ]


def test_a_charge_at_once(iso, token, iso_tap):
    paid = iso.charge(token, EUR_10, idempotency_key="a", capture=True)
    assert (paid.state, paid.amount) == (PaymentState.CAPTURED, EUR_10)
    assert iso.settle("a") == paid
    sent = iso_tap.sent("0200")[0]
    assert (sent["4"], sent["49"], sent["102"]) == ("000000001000", "978", token.token)
    assert sent["37"] == paid.payment
    assert "2" not in sent
    assert iso_tap.books() == 1000


def test_authorise_capture_a_part_and_refund_in_two_parts(iso, token, iso_tap):
    held = iso.charge(token, EUR_10, idempotency_key="b", capture=False)
    assert held.state is PaymentState.AUTHORISED
    assert iso_tap.books() == 0
    captured = iso.capture(held.payment, Money(700, "EUR"), idempotency_key="b2")
    assert (captured.state, captured.amount.minor) == (PaymentState.CAPTURED, 700)
    first = iso.refund(held.payment, Money(300, "EUR"), idempotency_key="b3")
    assert (first.state, first.refunded.minor) == (PaymentState.REFUNDED, 300)
    second = iso.refund(held.payment, Money(400, "EUR"), idempotency_key="b4")
    assert second.refunded.minor == 700
    assert iso_tap.books() == 0
    advice = iso_tap.sent("0220")[0]
    authorisation = iso_tap.sent("0100")[1]
    assert (
        advice["90"] == "0100" + authorisation["11"] + authorisation["7"] + "00000123456" + "0" * 11
    )
    assert advice["37"] == held.payment
    assert advice["38"].startswith("A")


@pytest.mark.parametrize(
    ("capture", "step", "amount"),
    [
        (False, "capture", Money(1001, "EUR")),
        (False, "capture", Money(1000, "USD")),
        (False, "refund", EUR_10),
        (True, "refund", Money(1001, "EUR")),
        (True, "capture", EUR_10),
    ],
)
def test_what_cannot_be_is_never_sent(iso, token, iso_tap, capture, step, amount):
    held = iso.charge(token, EUR_10, idempotency_key="h", capture=capture)
    count = len(iso_tap.requests)
    with pytest.raises(PaymentError):
        getattr(iso, step)(held.payment, amount, idempotency_key="x")
    assert len(iso_tap.requests) == count
    assert iso.settle("x") is None


def test_what_was_given_up_is_not_captured(iso, token, iso_tap):
    held = iso.charge(token, EUR_10, idempotency_key="h", capture=False)
    iso.cancel(held.payment, idempotency_key="h2")
    with pytest.raises(PaymentError):
        iso.capture(held.payment, EUR_10, idempotency_key="h3")
    assert iso_tap.sent("022") == []


def test_an_authorisation_is_given_up(iso, token, iso_tap):
    held = iso.charge(token, EUR_10, idempotency_key="c", capture=False)
    assert iso.cancel(held.payment, idempotency_key="c2").state is PaymentState.CANCELLED
    assert iso.settle("c2").state is PaymentState.CANCELLED
    assert iso_tap.books() == 0


def test_declines_keep_the_acquirers_code(iso, token, make_card):
    with pytest.raises(PaymentDeclined, match="05"):
        iso.tokenise(make_card("4000000000000002"), idempotency_key="d")
    with pytest.raises(PaymentDeclined, match="51"):
        iso.charge(token, Money(100_001, "EUR"), idempotency_key="d2", capture=True)
    assert (iso.settle("d2").state, iso.settle("d2").reason) == (PaymentState.DECLINED, "51")


@pytest.mark.parametrize(("minor", "code"), [(5555, "10"), (6868, "68")])
def test_half_an_approval_is_reversed(iso, token, iso_tap, minor, code):
    with pytest.raises(PaymentUnknown):
        iso.charge(token, Money(minor, "EUR"), idempotency_key="p", capture=True)
    receipt = settled(iso, "p")
    assert (receipt.state, receipt.reason) == (PaymentState.DECLINED, f"reversed, reply {code}")
    assert len(iso_tap.sent("0400")) == 1


def test_a_lost_reply_is_reversed_until_that_is_confirmed(iso, token, iso_tap):
    iso_tap.plan("0200", Fault.LOST_REPLY)
    iso_tap.plan("0400", Fault.LOST_REPLY, times=2)
    with pytest.raises(PaymentUnknown):
        iso.charge(token, EUR_10, idempotency_key="e", capture=True)
    receipt = settled(iso, "e")
    assert (receipt.state, receipt.reason) == (PaymentState.DECLINED, "reversed, reply missing")
    reversals = iso_tap.sent("040")
    assert [fields["t"] for fields in reversals] == ["0400", "0401", "0401"]
    assert len({(fields["11"], fields["7"]) for fields in reversals}) == 1
    charge = iso_tap.sent("0200")[0]
    assert reversals[0]["90"][:20] == "0200" + charge["11"] + charge["7"]
    assert iso_tap.books() == 0


def test_a_late_reply_changes_nothing_any_more(iso, token, iso_tap):
    iso_tap.plan("0200", Fault.LATE)
    with pytest.raises(PaymentUnknown):
        iso.charge(token, EUR_10, idempotency_key="f", capture=True)
    assert settled(iso, "f").state is PaymentState.DECLINED
    time.sleep(iso_tap.late)
    assert iso.settle("f").state is PaymentState.DECLINED
    assert iso_tap.books() == 0


def test_a_reply_that_comes_twice_counts_once(iso, token, iso_tap):
    iso_tap.plan("0200", Fault.TWICE)
    paid = iso.charge(token, EUR_10, idempotency_key="g", capture=True)
    assert paid.state is PaymentState.CAPTURED
    again = iso.charge(token, EUR_10, idempotency_key="g2", capture=True)
    assert again.payment != paid.payment
    assert iso_tap.books() == 2000


def test_a_repeated_key_is_not_sent_again(iso, token, iso_tap):
    first = iso.charge(token, EUR_10, idempotency_key="i", capture=True)
    assert iso.charge(token, EUR_10, idempotency_key="i", capture=True) == first
    with pytest.raises(PaymentError, match="another request"):
        iso.charge(token, Money(999, "EUR"), idempotency_key="i", capture=True)
    assert len(iso_tap.sent("0200")) == 1


def test_a_capture_is_repeated_and_counts_once(iso, token, iso_tap):
    held = iso.charge(token, EUR_10, idempotency_key="j", capture=False)
    iso_tap.plan("0220", Fault.LOST_REPLY)
    with pytest.raises(PaymentUnknown):
        iso.capture(held.payment, EUR_10, idempotency_key="j2")
    assert settled(iso, "j2").state is PaymentState.CAPTURED
    assert [fields["t"] for fields in iso_tap.sent("022")] == ["0220", "0221"]
    assert iso_tap.books() == 1000


def test_a_cut_line_comes_back(iso, token, iso_tap):
    iso_tap.plan("0200", Fault.CUT)
    with pytest.raises(PaymentUnknown):
        iso.charge(token, EUR_10, idempotency_key="k", capture=True)
    assert settled(iso, "k").state is PaymentState.DECLINED
    assert (
        iso.charge(token, EUR_10, idempotency_key="k2", capture=True).state is PaymentState.CAPTURED
    )
    assert len([one for one in iso_tap.sent("0800") if one["70"] == "001"]) == 2
    assert iso_tap.books() == 1000


def test_an_idle_line_is_tried_with_an_echo(make_iso, make_card, iso_tap):
    iso = make_iso(echo_seconds=0.2)
    iso.tokenise(make_card(), idempotency_key="card")
    until = time.monotonic() + 5
    while not any(one.get("70") == "301" for one in iso_tap.sent("0800")):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_without_a_line_nothing_is_sent_and_that_is_certain(make_iso, make_card, iso_tap):
    iso = make_iso(journal=":memory:")
    token = iso.tokenise(make_card(), idempotency_key="card")
    iso_tap.plan("0800", Fault.LOST_REPLY, times=20)
    iso_tap.cut()
    time.sleep(0.2)
    with pytest.raises(PaymentDeclined, match="not sent"):
        iso.charge(token, EUR_10, idempotency_key="l", capture=True)
    assert iso_tap.sent("0200") == []


def test_a_journal_has_one_process(make_iso, make_card):
    make_iso().settle("m")
    other = make_iso()
    with pytest.raises(SettingsError, match="journal"):
        other.settle("m")


def test_what_was_under_way_is_taken_up_by_the_next_process(make_iso, make_card, iso_tap):
    first = make_iso()
    token = first.tokenise(make_card(), idempotency_key="card")
    held = first.charge(token, EUR_10, idempotency_key="n", capture=False)
    iso_tap.plan("0220", Fault.LOST_REPLY, times=1)
    with pytest.raises(PaymentUnknown):
        first.capture(held.payment, EUR_10, idempotency_key="n2")
    first.close()
    second = make_iso()
    assert settled(second, "n2").state is PaymentState.CAPTURED
    assert second.settle("n").state is PaymentState.CAPTURED
    assert iso_tap.books() == 1000


def test_the_token_is_erased_once_it_is_not_needed(iso, token, iso_settings):
    iso.charge(token, EUR_10, idempotency_key="o", capture=True)
    held = iso.charge(token, EUR_10, idempotency_key="o2", capture=False)
    assert token.token.encode() in Path(iso_settings.journal).read_bytes()
    iso.capture(held.payment, EUR_10, idempotency_key="o3")
    iso.close()
    books = sqlite3.connect(iso_settings.journal)
    rows = books.execute("SELECT token, fields, reversal FROM request").fetchall()
    books.close()
    assert rows
    assert not any(token.token in value for row in rows for value in row)


def test_a_dialect_is_read_and_a_wrong_one_refused(
    iso_settings, tmp_path, make_iso, make_card, iso_tap
):
    dialect = tmp_path / "dialect.toml"
    dialect.write_text(
        'token_in = "48"\nmark_repeats = false\n[currencies]\nISK = "352"\n'
        '[messages.charge]\n18 = "5411"\n'
    )
    iso = make_iso(dialect=str(dialect))
    token = iso.tokenise(make_card(), idempotency_key="card")
    iso.charge(token, Money(100, "ISK"), idempotency_key="q", capture=True)
    sent = iso_tap.sent("0200")[0]
    assert (sent["48"], sent["49"], sent["18"]) == (token.token, "352", "5411")
    dialect.write_text('tokens = "48"\n')
    with pytest.raises(SettingsError, match="tokens"):
        make_iso(dialect=str(dialect))


def test_a_currency_without_a_code_is_refused_before_anything_is_sent(iso, token, iso_tap):
    with pytest.raises(SettingsError, match="XAF"):
        iso.charge(token, Money(100, "XAF"), idempotency_key="r", capture=True)
    assert iso_tap.sent("0200") == []


def test_a_card_number_cannot_be_the_token(make_iso, tmp_path):
    dialect = tmp_path / "dialect.toml"
    dialect.write_text('token_from = "2"\n')
    with pytest.raises(SettingsError, match="card number"):
        make_iso(dialect=str(dialect))


def test_settings_make_a_provider(iso_settings):
    processor = Iso8583Processor(iso_settings)
    processor.close()
    with pytest.raises(PaymentUnknown):
        processor.settle("t")


@pytest.fixture
def certificate(tmp_path):
    """A self-signed certificate of 127.0.0.1 and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "acquirer")])
    now = dt.datetime.now(dt.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "acquirer.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture
def tls_port(iso_tap, certificate):
    """TLS in front of the tap, both ways at once."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    loop = asyncio.new_event_loop()

    async def copy(reader, writer):
        while data := await reader.read(4096):
            writer.write(data)
        writer.close()

    async def serve(reader, writer):
        plain = await asyncio.open_connection("127.0.0.1", iso_tap.port)
        await asyncio.gather(copy(reader, plain[1]), copy(plain[0], writer), return_exceptions=True)

    server = loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", 0, ssl=context))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield server.sockets[0].getsockname()[1]

    async def stop():
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_over_tls_many_at_once(make_iso, make_card, iso_tap, tls_port, certificate):
    iso = make_iso(port=tls_port, tls=True, ca=str(certificate), reply_seconds=10.0)
    token = iso.tokenise(make_card(), idempotency_key="card")

    def pay(number):
        return iso.charge(token, EUR_10, idempotency_key=f"tls-{number}", capture=True)

    with ThreadPoolExecutor(8) as several:
        paid = list(several.map(pay, range(40)))
    assert {receipt.state for receipt in paid} == {PaymentState.CAPTURED}
    assert len({receipt.payment for receipt in paid}) == 40
    assert iso_tap.books() == 40_000
    iso.close()


def test_a_certificate_that_nobody_vouches_for_is_no_line(make_iso, make_card, iso_tap, tls_port):
    iso = make_iso(port=tls_port, tls=True)
    with pytest.raises(PaymentUnknown):
        iso.tokenise(make_card(), idempotency_key="card")
    assert iso_tap.requests == []
