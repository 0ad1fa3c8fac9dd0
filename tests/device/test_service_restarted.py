"""The service ends and starts again in the middle of what a terminal asks of it."""

import attrs
import pytest

from thenar.device.enrol import enrol
from thenar.device.identify import identify
from thenar.device.pay import pay
from thenar.errors import CloudUnreachable, PaymentUnknown
from thenar.messages import Consent, Purpose
from thenar.records import Money, PaymentState
from thenar.testing.simulated import VISA

from .site_behind_relay import Site

CONSENT = Consent(text="terms 1 en", purposes=tuple(Purpose))
ADA, BEN = 61, 62
EUROS = Money(450, "EUR")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site"))
    site.terminal.card_reader.insert(VISA)
    site.show(ADA)
    enrol(site.terminal, consent=CONSENT)
    yield site
    site.stop()


def test_between_two_customers_nobody_notices(site):
    site.restart()
    site.show(ADA, 1)
    assert pay(site.terminal, EUROS).state is PaymentState.CAPTURED


class Restarting:
    """The client; the service ends while it answers the request after an identification."""

    def __init__(self, site):
        self.site, self.real = site, site.terminal.cloud

    def identify(self, *args, **kwargs):
        answer = self.real.identify(*args, **kwargs)
        self.site.relay.on_answer = self.site.restart_later
        return answer

    def __getattr__(self, name):
        return getattr(self.real, name)


def test_while_it_pays_the_charge_is_made_once(site):
    """It ends after the charge and before the answer; the terminal asks the new one again."""
    before = site.processor.captured("EUR").minor
    site.show(ADA, 1)
    try:
        payment = pay(attrs.evolve(site.terminal, cloud=Restarting(site)), EUROS)
    except PaymentUnknown:
        payment = None
    site.settled()
    assert site.restarted, "it was restarted meanwhile"
    assert payment is None or payment.state is PaymentState.CAPTURED
    assert site.processor.captured("EUR").minor - before == EUROS.minor


def test_while_it_enrols_the_person_is_enrolled_once(site):
    palms = site.terminal.cloud.ready().palms
    site.restarted = False

    def arm(now):
        if now.stage == "working":
            site.relay.on_answer = site.restart_later

    unsubscribe = site.terminal.display.subscribe(arm)
    site.show(BEN)
    enrolled = enrol(site.terminal, consent=CONSENT, card=False)
    unsubscribe()
    site.settled()
    assert site.restarted
    assert site.terminal.cloud.ready().palms == palms + 1
    site.show(BEN, 1)
    answer = identify(site.terminal, Purpose.LOYALTY, title="Points")
    assert answer.subject in (None, enrolled.subject)


def test_a_service_that_stays_away_is_told_and_found_again(site):
    site.relay.down()
    site.show(ADA, 1)
    with pytest.raises(CloudUnreachable):
        identify(site.terminal, Purpose.PAY, title="Pay")
    site.relay.up()
    site.show(ADA, 1)
    assert identify(site.terminal, Purpose.PAY, title="Pay").subject
