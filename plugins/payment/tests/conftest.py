"""The peers, once a module; taps and cards, once a test."""

import pytest

from thenar.records import Card

from . import peers
from .http_tap import HttpTap


@pytest.fixture(scope="session")
def localstripe_port():
    with peers.localstripe() as port:
        yield port


@pytest.fixture(scope="session")
def stripe_mock_port():
    with peers.stripe_mock() as port:
        yield port


@pytest.fixture
def stripe_tap(localstripe_port):
    tap = HttpTap(localstripe_port)
    yield tap
    tap.close()


@pytest.fixture
def make_card():
    def make(number="4242424242424242", expiry="2031-12", brand="visa"):
        return Card(bytearray(number, "ascii"), expiry=expiry, brand=brand)

    return make
