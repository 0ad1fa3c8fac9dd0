"""The peers, once a session; taps, processors and cards, once a test."""

import json

import attrs
import pytest

from thenar.records import Card
from thenar_payment.iso8583 import Iso8583Processor, Iso8583Settings

from . import peers
from .http_tap import HttpTap
from .iso_tap import IsoTap

RULES = {
    "rules": [
        {"match": {"pan_prefix": "400000"}, "respond": "05"},
        {"match": {"mti": "0200", "amount_gt": 100_000}, "respond": "51"},
        {"match": {"mti": "0100", "amount_gt": 100_000}, "respond": "51"},
        {"match": {"mti": "0200", "fields": {"4": "000000005555"}}, "respond": "10"},
        {"match": {"mti": "0200", "fields": {"4": "000000006868"}}, "respond": "68"},
        {"respond": "00"},
    ]
}


@pytest.fixture(scope="session")
def localstripe_port():
    with peers.localstripe() as port:
        yield port


@pytest.fixture(scope="session")
def stripe_mock_port():
    with peers.stripe_mock() as port:
        yield port


@pytest.fixture(scope="session")
def iso_port(tmp_path_factory):
    rules = tmp_path_factory.mktemp("iso8583sim") / "rules.json"
    rules.write_text(json.dumps(RULES))
    with peers.iso8583sim(rules) as port:
        yield port


@pytest.fixture(scope="session")
def token_port():
    with peers.token_host() as port:
        yield port


@pytest.fixture
def stripe_tap(localstripe_port):
    tap = HttpTap(localstripe_port)
    yield tap
    tap.close()


@pytest.fixture
def iso_tap(iso_port):
    tap = IsoTap(iso_port)
    yield tap
    tap.close()


@pytest.fixture
def iso_settings(iso_tap, tmp_path):
    return Iso8583Settings(
        host="127.0.0.1",
        port=iso_tap.port,
        terminal="TERM0001",
        merchant="MERCHANT1",
        acquirer="123456",
        journal=str(tmp_path / "journal.sqlite"),
        tls=False,
        connect_seconds=2.0,
        reply_seconds=1.2,
        repeat_seconds=0.3,
    )


@pytest.fixture
def make_iso(iso_settings):
    made = []

    def make(**changes):
        made.append(Iso8583Processor(attrs.evolve(iso_settings, **changes)))
        return made[-1]

    yield make
    for processor in made:
        processor.close()


@pytest.fixture
def make_card():
    def make(number="4242424242424242", expiry="2031-12", brand="visa"):
        return Card(bytearray(number, "ascii"), expiry=expiry, brand=brand)

    return make
