"""The plugin keeps the contracts, against a switch over real HTTP."""

import pytest

import retailer_payment
from retailer_payment.loyalty import HarbourClub
from retailer_payment.processor import HarbourProcessor
from retailer_payment.switch import SwitchSettings
from thenar.errors import PaymentError
from thenar.records import Card
from thenar.testing.contracts import (
    Ability,
    LoyaltyContract,
    PaymentContract,
    PluginContract,
)

from .peer import API_KEY, DECLINING, SwitchPeer


@pytest.fixture
def switch():
    peer = SwitchPeer()
    yield peer
    peer.close()


@pytest.fixture
def opened():
    """Closed after the test."""
    things = []
    yield lambda thing: things.append(thing) or thing
    for thing in things:
        thing.close()


def settings(switch, key=API_KEY):
    return SwitchSettings(switch.url, key, seconds=0.5)


class _Faults:
    @pytest.fixture
    def unreachable(self, switch):
        return switch.failing("down")

    @pytest.fixture
    def lost_reply(self, switch):
        return switch.failing("lost reply")

    @pytest.fixture
    def silent(self, switch):
        return switch.failing("silent")


class TestPlugin(PluginContract):
    @pytest.fixture
    def plugin(self):
        return retailer_payment


class TestHarbourProcessor(_Faults, PaymentContract):
    abilities = (
        Ability.AUTHORISES,
        Ability.DECLINES,
        Ability.KEYED_TOKENS,
        Ability.LOST_REPLY,
        Ability.REFUNDS,
        Ability.RESTART,
        Ability.SILENT,
        Ability.STRICT,
        Ability.UNREACHABLE,
    )

    @pytest.fixture
    def processor(self, switch, opened):
        return opened(HarbourProcessor(settings(switch)))

    @pytest.fixture
    def restarted(self, switch, opened):
        return lambda: opened(HarbourProcessor(settings(switch)))

    @pytest.fixture
    def card(self):
        return lambda: Card(bytearray(b"4242424242424242"), expiry="2031-12", brand="visa")

    @pytest.fixture
    def declined_card(self):
        return lambda: Card(bytearray(DECLINING, "ascii"), expiry="2031-12", brand="visa")

    def test_a_wrong_key_is_told_without_it(self, switch, opened, card):
        processor = opened(HarbourProcessor(settings(switch, "another key")))
        with pytest.raises(PaymentError, match="unknown branch") as told:
            processor.tokenise(card(), idempotency_key="k")
        assert "another key" not in str(told.value)


class TestHarbourClub(_Faults, LoyaltyContract):
    abilities = (Ability.LOST_REPLY, Ability.RESTART, Ability.SILENT, Ability.UNREACHABLE)

    @pytest.fixture
    def programme(self, switch, opened):
        return opened(HarbourClub(settings(switch)))

    @pytest.fixture
    def restarted(self, switch, opened):
        return lambda: opened(HarbourClub(settings(switch)))

    @pytest.fixture
    def member(self):
        return "H-1001"

    def test_the_tier_is_shown(self, programme):
        assert programme.look_up("H-1001").tier == "gold"
