"""The plugin keeps the contracts of plugins and of payment processors."""

import pytest
from thenar.errors import PaymentDeclined
from thenar.records import Card
from thenar.testing.contracts import Ability, PaymentContract, PluginContract

import acme_plug
from acme_plug.payment import AcmePlugProcessor, AcmePlugSettings


class TestPlugin(PluginContract):
    @pytest.fixture
    def plugin(self):
        return acme_plug


class TestAcmePlugProcessor(PaymentContract):
    abilities = (
        Ability.AUTHORISES,
        Ability.KEYED_TOKENS,
        Ability.REFUNDS,
        Ability.RESTART,
        Ability.STRICT,
    )

    @pytest.fixture
    def file(self, tmp_path):
        return tmp_path / "accounts.sqlite"

    @pytest.fixture
    def processor(self, file):
        return AcmePlugProcessor(AcmePlugSettings(str(file)))

    @pytest.fixture
    def restarted(self, file):
        return lambda: AcmePlugProcessor(AcmePlugSettings(str(file)))

    @pytest.fixture
    def card(self):
        return lambda: Card(bytearray(b"4242424242424242"), expiry="2031-12", brand="visa")

    def test_nothing_of_the_number_is_in_the_file(self, token, file):
        assert b"424242" not in file.read_bytes()

    def test_above_the_limit_is_declined(self, processor, token):
        with pytest.raises(PaymentDeclined, match="above the limit"):
            self.pay(processor, token, "dear", minor=20_001)
        assert processor.settle("dear") is None
