"""A gate redeems at a real pretix, and opens a turnstile on Modbus."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from thenar.errors import UnknownObject
from thenar.records import LinkKind, Passage
from thenar_access.tickets import TicketOffice


@pytest.fixture
def gate(host, site, turnstile, settings):
    return host(settings())


def asked(secret, request):
    return Passage("north", "a person", secret, 0.0, request)


def test_a_ticket_lets_one_person_in_once(gate, site, turnstile):
    ticket = site.sell()
    first = gate.enter(ticket["secret"])
    assert (first.allow, first.reason) == (True, "ticket valid for entry")
    turnstile.wait_until_locked()
    second = gate.enter(ticket["secret"])
    assert (second.allow, second.reason, second.offline) == (False, "ticket already used", None)
    assert (turnstile.pulses, site.entries(ticket)) == (1, ["entry"])


def test_a_repeated_request_redeems_once_even_for_a_gate_that_restarted(
    host, site, turnstile, settings
):
    ticket = site.sell()
    text = settings()
    for _ in range(2):
        door = host(text).door
        assert door.ask(asked(ticket["secret"], "one-request")).allow
        assert door.ask(asked(ticket["secret"], "one-request")).allow
    assert site.entries(ticket) == ["entry"]
    assert not door.ask(asked(ticket["secret"], "another-request")).allow


def test_tickets_that_do_not_let_in_say_why(gate, site, turnstile):
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    cancelled = site.sell()
    site.call("POST", f"events/match/orders/{cancelled['order']}/mark_canceled/", send_email=False)
    refused = {
        "ticket not paid": site.sell(status="n")["secret"],
        "no such ticket": "a-code-that-was-never-sold",
        "ticket cancelled": cancelled["secret"],
        "ticket not for this entrance": site.sell(item=site.lounge)["secret"],
        "ticket not valid at this time": site.sell(valid_from=tomorrow)["secret"],
    }
    for reason, secret in refused.items():
        decision = gate.enter(secret)
        assert (decision.allow, decision.reason, decision.offline) == (False, reason, None)
    assert turnstile.pulses == 0


def test_exit_and_re_entry(host, site, turnstile, settings):
    ticket = site.sell()
    inwards, outwards = host(settings()), host(settings(direction="exit"))
    for at in (inwards, outwards, inwards):
        assert at.enter(ticket["secret"]).allow
        turnstile.wait_until_locked()
    assert not inwards.enter(ticket["secret"]).allow
    assert sorted(site.entries(ticket)) == ["entry", "entry", "exit"]


def test_a_link_stands_for_the_ticket_until_it_is_unlinked(host, site, turnstile, settings):
    token = site.gate("desk")
    office = TicketOffice(site.url, "club", token, [site.list])
    ticket, spare = site.sell(), site.sell()
    link, unused = office.link(ticket["secret"]), office.link(spare["secret"])
    assert (link.kind, link.provider) == (LinkKind.TICKET, "pretix")
    assert ticket["secret"] not in link.value + link.label
    at = host(settings())
    assert at.enter(link.value).allow
    assert site.entries(ticket) == ["entry"]
    turnstile.wait_until_locked()
    assert at.enter(ticket["secret"]).reason == "ticket already used"
    office.unlink(unused)
    assert at.enter(unused.value).reason == "no such ticket"
    with pytest.raises(UnknownObject, match="one ticket"):
        office.link("a-code-that-was-never-sold")
    office.close()


def test_one_ticket_at_two_gates_in_the_same_instant(host, site, turnstile, settings):
    ticket = site.sell()
    doors = [host(settings()).door for _ in range(2)]
    together, answers = threading.Barrier(2), []

    def ask(number):
        together.wait()
        answers.append(doors[number].ask(asked(ticket["secret"], f"gate-{number}")))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.reason for answer in answers) == [
        "ticket already used",
        "ticket valid for entry",
    ]
    assert site.entries(ticket) == ["entry"]
