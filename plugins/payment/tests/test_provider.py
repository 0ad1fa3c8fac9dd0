"""Both processors as the host sees them: from the settings, inside its guard."""

import re
from pathlib import Path

import pytest

import thenar_payment
from thenar.errors import PaymentDeclined, SettingsError
from thenar.records import Money, PaymentState
from thenar_payment.iso8583 import Dialect

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "payments.md"


@pytest.fixture
def driver(thenar_register, thenar_registry):
    thenar_register(thenar_payment, "thenar-payment")
    return lambda settings: thenar_registry(settings).driver("payment")


def test_stripe_from_the_settings(driver, stripe_tap, make_card):
    stripe = driver(
        f"""
        drivers.payment = "stripe"
        [payment.stripe]
        api_key = "sk_test_12345"
        base_url = "{stripe_tap.url}"
        """
    )
    token = stripe.tokenise(make_card(), idempotency_key="card")
    paid = stripe.charge(token, Money(500, "EUR"), idempotency_key="provider", capture=True)
    assert paid.state is PaymentState.CAPTURED
    assert stripe.settle("provider") == paid
    with pytest.raises(PaymentDeclined):
        stripe.tokenise(make_card("4000000000000002"), idempotency_key="card2")


def test_iso8583_from_the_settings(driver, iso_tap, make_card, tmp_path):
    iso = driver(
        f"""
        drivers.payment = "iso8583"
        [payment.iso8583]
        host = "127.0.0.1"
        port = {iso_tap.port}
        terminal = "TERM0001"
        merchant = "MERCHANT1"
        journal = '{tmp_path / "journal.sqlite"}'
        tls = false
        """
    )
    token = iso.tokenise(make_card(), idempotency_key="card")
    paid = iso.charge(token, Money(500, "EUR"), idempotency_key="provider", capture=True)
    assert iso.settle("provider") == paid
    assert iso.settle("never asked") is None


@pytest.mark.parametrize("secret", ["pk_live_secret", "sk_live_secret"])
def test_wrong_settings_are_said_without_the_key(driver, secret):
    with pytest.raises(SettingsError) as wrong:
        driver(
            f"""
            drivers.payment = "stripe"
            [payment.stripe]
            api_key = "{secret}"
            base_url = "http://stripe.example"
            """
        )
    assert secret not in str(wrong.value)


def test_the_dialect_of_the_page_is_one(tmp_path):
    blocks = re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    file = tmp_path / "dialect.toml"
    (written,) = [block for block in blocks if block.startswith("header")]
    file.write_text(written)
    dialect = Dialect.load(str(file))
    assert dialect.currency("ISK") == "352"
    assert dialect.message("charge")["18"] == "5411"
    assert dialect.spec()["102"]["max_len"] == 28
