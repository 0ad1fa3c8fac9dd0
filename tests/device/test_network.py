"""The network down, silent, slow, cutting answers off and flapping, between device and service."""

import threading

import attrs
import pytest

from thenar.device.enrol import enrol
from thenar.device.journal import Journal
from thenar.device.passage import badge, enter
from thenar.device.pay import pay
from thenar.device.program import serve
from thenar.device.settings import DeviceSettings
from thenar.errors import CloudUnreachable, PaymentUnknown
from thenar.messages import Consent, Purpose
from thenar.parameters import DEVICE
from thenar.records import Link, LinkKind, Money, OfflinePolicy, PaymentState
from thenar.testing.simulated import VISA

from .site_behind_relay import Site

CONSENT = Consent(text="terms 1 en", purposes=tuple(Purpose))
ADA = 61
EUROS = Money(450, "EUR")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Ada is enrolled, with a card, a ticket and a badge."""
    site = Site(tmp_path_factory.mktemp("site"))
    site.gate.sell("T-1")
    site.office.issue("B-1")
    site.terminal.card_reader.insert(VISA)
    site.show(ADA)
    links = [
        Link(LinkKind.TICKET, "simulated-gate", "T-1"),
        Link(LinkKind.BADGE, "simulated-badge", "B-1"),
    ]
    enrol(site.terminal, consent=CONSENT, links=links)
    yield site
    site.stop()


@pytest.fixture(autouse=True)
def good_again(site):
    yield
    site.relay.up()
    site.relay.drops = site.relay.cuts = 0
    site.gate.offline = site.office.offline = OfflinePolicy.FAIL_CLOSED
    site.terminal.journal.deliver(site.terminal.cloud)


def badge_in(site, sample=1):
    site.show(ADA, sample)
    return badge(site.terminal, "office")


@pytest.mark.parametrize("trouble", ["down", "silent", "too slow"])
@pytest.mark.parametrize("policy", list(OfflinePolicy))
def test_each_door_s_policy_is_obeyed_kept_and_recorded(site, trouble, policy):
    site.office.offline = policy
    before, opened = site.doors(), len(site.office.openings)
    if trouble == "down":
        site.relay.down()
    site.relay.is_silent = trouble == "silent"
    site.relay.delay = 5.0 if trouble == "too slow" else 0.0
    site.show(ADA, 1)
    decision = badge(attrs.evolve(site.terminal, cloud=site.impatient), "office")
    assert decision.allow is (policy is OfflinePolicy.FAIL_OPEN)
    assert decision.offline is policy
    assert len(site.office.openings) - opened == decision.allow
    assert [entry.decision for entry in site.terminal.journal.waiting()] == [decision]
    site.relay.up()
    assert site.terminal.journal.deliver(site.terminal.cloud) == 1
    told = "door.opened" if decision.allow else "door.refused"
    assert site.doors()[len(before) :] == [(told, policy)]


def test_doors_side_by_side_follow_their_own_policies(site):
    site.office.offline = OfflinePolicy.FAIL_OPEN
    site.relay.down()
    site.show(ADA, 1)
    assert not enter(site.terminal, "north").allow
    assert badge_in(site).allow


def test_a_network_that_is_only_slow_changes_nothing(site):
    site.relay.delay = 0.3
    decision = badge_in(site)
    assert (decision.allow, decision.offline) == (True, None)
    assert site.terminal.journal.waiting() == []


@pytest.mark.parametrize("fault", ["drops", "cuts"])
def test_a_lost_or_broken_answer_charges_once(site, fault):
    before = site.processor.captured("EUR").minor
    site.show(ADA, 1)
    client = Armed(site, fault, site.terminal.cloud.identify)
    payment = pay(attrs.evolve(site.terminal, cloud=client), EUROS)
    assert payment.state is PaymentState.CAPTURED
    assert site.processor.captured("EUR").minor - before == EUROS.minor


class Armed:
    """The client; after an identification the next answers meet a fault."""

    def __init__(self, site, fault, identify, times=DEVICE.attempts - 1):
        self.site, self.fault, self.real, self.times = site, fault, identify, times

    def identify(self, *args, **kwargs):
        answer = self.real(*args, **kwargs)
        setattr(self.site.relay, self.fault, self.times)
        return answer

    def __getattr__(self, name):
        return getattr(self.site.terminal.cloud, name)


def test_a_payment_into_silence_is_unknown_and_charged_at_most_once(site):
    before = site.processor.captured("EUR").minor
    site.show(ADA, 1)
    client = Armed(site, "drops", site.terminal.cloud.identify, times=99)
    with pytest.raises(PaymentUnknown) as unknown:
        pay(attrs.evolve(site.terminal, cloud=client), EUROS)
    assert unknown.value.request_id
    assert site.processor.captured("EUR").minor - before in (0, EUROS.minor)


def test_a_flapping_network_loses_and_doubles_nothing(site):
    """Every second request loses its connection; people come one after the other."""
    before, kept = len(site.doors()), len(site.terminal.journal.waiting())
    assert kept == 0
    site.relay.flaps = True
    decisions = [badge_in(site, sample) for sample in (1, 1, 1, 1)]
    site.relay.up()
    site.terminal.journal.deliver(site.terminal.cloud)
    recorded = site.doors()[before:]
    assert len(recorded) == len(decisions), "each is on record, once"
    assert sorted(told == "door.opened" for told, _ in recorded) == sorted(
        decision.allow for decision in decisions
    )


def test_nothing_biometric_waits_for_the_service(site):
    site.relay.down()
    badge_in(site)
    files = [file for file in site.terminal.state.iterdir() if file.is_file()]
    assert [file.name for file in files] == ["passages.jsonl"]
    assert files[0].stat().st_size < 1000
    with pytest.raises(CloudUnreachable):
        site.terminal.journal.deliver(site.terminal.cloud)


def test_the_program_recovers_by_itself(site):
    """A watched door while the network goes and comes back; nobody touches the device."""
    site.office.offline = OfflinePolicy.FAIL_CLOSED
    before, opened = len(site.doors()), threading.Event()
    site.relay.down()
    refused, stopping = threading.Event(), threading.Event()
    real = site.office.open
    site.office.open = lambda decision: (real(decision), opened.set())
    unsubscribe = site.terminal.display.subscribe(
        lambda shown: refused.set() if shown.title == "No entry" else None
    )
    site.show(ADA, 1)
    settings = DeviceSettings(kiosk_port=0, door="office", door_takes="badge")
    thread = threading.Thread(target=serve, args=(site.terminal, settings, stopping))
    thread.start()
    try:
        assert refused.wait(60)
        site.relay.up()
        while not opened.is_set():
            site.show(ADA, 1)
            opened.wait(8)
    finally:
        stopping.set()
        site.terminal.cancel()
        thread.join(60)
        unsubscribe()
        site.office.open = real
    Journal(site.terminal.state / "passages.jsonl").deliver(site.terminal.cloud)
    assert site.terminal.journal.waiting() == []
    told = site.doors()[before:]
    assert ("door.refused", OfflinePolicy.FAIL_CLOSED) in told
    assert ("door.opened", "") in told
