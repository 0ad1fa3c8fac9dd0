"""The processors keep the contract of payment processors, each against its peer.

``Ability.STRICT`` and ``KEYED_TOKENS`` are not declared: localstripe does not look at keys and
lets more be refunded than was captured, and iso8583sim approves any token. What happens when the
line breaks has tests of its own.
"""

import pytest

import thenar_payment
from thenar.testing.contracts import Ability, PaymentContract, PluginContract
from thenar_payment.stripe import StripeProcessor, StripeSettings


class TestPlugin(PluginContract):
    @pytest.fixture
    def plugin(self):
        return thenar_payment


class TestStripe(PaymentContract):
    abilities = (Ability.AUTHORISES, Ability.DECLINES, Ability.REFUNDS)

    @pytest.fixture
    def processor(self, stripe_tap):
        processor = StripeProcessor(
            StripeSettings("sk_test_12345", stripe_tap.url, read_seconds=5.0)
        )
        yield processor
        processor.close()

    @pytest.fixture
    def card(self, make_card):
        return make_card

    @pytest.fixture
    def declined_card(self, make_card):
        return lambda: make_card("4000000000000341")


class TestIso8583(PaymentContract):
    abilities = (Ability.AUTHORISES, Ability.REFUNDS)

    @pytest.fixture
    def processor(self, make_iso):
        return make_iso()

    @pytest.fixture
    def card(self, make_card):
        return make_card
