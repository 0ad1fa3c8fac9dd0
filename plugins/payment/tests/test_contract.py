"""The processors keep the contract of payment processors, each against its peer.

That keys are answered again, as Stripe does, is done in the line to localstripe; Stripe's stateful
mock does it by itself, in ``test_stripe_wire``. iso8583sim is given a token service, as acquirers
that keep cards have one. ``Ability.DETOKENISES`` is not declared for ISO 8583: it has no message
for it, acquirers let tokens expire or be deleted in their own portals.
"""

import contextlib

import pytest

import thenar_payment
from thenar.testing.contracts import Ability, PaymentContract, PluginContract
from thenar_payment.stripe import StripeProcessor, StripeSettings

from . import iso_tap as iso_tap_module
from .http_tap import Fault


class TestPlugin(PluginContract):
    @pytest.fixture
    def plugin(self):
        return thenar_payment


class TestStripe(PaymentContract):
    abilities = (
        Ability.AUTHORISES,
        Ability.DECLINES,
        Ability.DETOKENISES,
        Ability.KEYED_TOKENS,
        Ability.LOST_REPLY,
        Ability.REFUNDS,
        Ability.RESTART,
        Ability.SILENT,
        Ability.STRICT,
        Ability.UNREACHABLE,
    )

    @pytest.fixture
    def settings(self, stripe_tap):
        stripe_tap.keys = {}  # Stripe keeps them, localstripe does not
        return StripeSettings("sk_test_12345", stripe_tap.url, read_seconds=2.0)

    @pytest.fixture
    def processor(self, settings):
        with contextlib.closing(StripeProcessor(settings)) as processor:
            yield processor

    @pytest.fixture
    def restarted(self, settings):
        with contextlib.ExitStack() as opened:
            yield lambda: opened.enter_context(contextlib.closing(StripeProcessor(settings)))

    @pytest.fixture
    def unreachable(self, stripe_tap):
        return stripe_tap.every(Fault.LOST_REQUEST)

    @pytest.fixture
    def lost_reply(self, stripe_tap):
        return stripe_tap.every(Fault.LOST_REPLY, path="payment_intents$")

    @pytest.fixture
    def silent(self, stripe_tap):
        return stripe_tap.every(Fault.HOLD_REQUEST)

    @pytest.fixture
    def card(self, make_card):
        return make_card

    @pytest.fixture
    def declined_card(self, make_card):
        return lambda: make_card("4000000000000341")


class TestIso8583(PaymentContract):
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
    def iso_tap(self, token_port):
        with contextlib.closing(iso_tap_module.IsoTap(token_port)) as tap:
            yield tap

    @pytest.fixture
    def make(self, make_iso, tmp_path):
        dialect = tmp_path / "dialect.toml"
        dialect.write_text('token_from = "102"')
        return lambda: make_iso(dialect=str(dialect))

    @pytest.fixture
    def processor(self, make):
        return make()

    @pytest.fixture
    def restarted(self, processor, make):
        def again():
            processor.close()  # two do not share a journal
            return make()

        return again

    @pytest.fixture
    def unreachable(self, iso_tap):
        return iso_tap.unreachable()

    @pytest.fixture
    def lost_reply(self, iso_tap):
        iso_tap.plan("0200", iso_tap_module.Fault.LOST_REPLY)
        return contextlib.nullcontext()

    @pytest.fixture
    def silent(self, iso_tap):
        iso_tap.plan("0200", iso_tap_module.Fault.HOLD_REQUEST)
        return contextlib.nullcontext()

    @pytest.fixture
    def card(self, make_card):
        return make_card

    @pytest.fixture
    def declined_card(self, make_card):
        return lambda: make_card("4000000000000002")
