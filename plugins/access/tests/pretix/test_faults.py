"""What a gate does, and what stands in pretix's books, when a link is broken."""

import time

import pytest

LOST = ["request lost", "reply lost", "slow", "overloaded", "somebody else answers"]


@pytest.mark.parametrize("what", LOST)
def test_without_an_answer_the_gate_stays_shut_and_the_ticket_is_good_again(
    host, site, turnstile, settings, wire, what, fault, given_back
):
    ticket = site.sell()
    gate = host(settings(url=wire.url))
    wire.fault = what
    decision = gate.enter(ticket["secret"])
    assert (decision.allow, decision.offline) == (False, "fail closed")
    assert turnstile.pulses == 0
    given_back(ticket)
    again = gate.enter(ticket["secret"])
    assert (again.allow, again.reason) == (True, "ticket valid for entry")
    assert site.entries(ticket) == ["entry"]
    fault("pretix", f"{what}, fail closed", decision, opened=False)


@pytest.mark.parametrize("what", ["request lost", "reply lost"])
def test_where_the_policy_is_open_what_was_redeemed_stays_redeemed(
    host, site, turnstile, settings, wire, what, fault, nobody_comes_again
):
    ticket = site.sell()
    gate = host(settings(url=wire.url, offline="fail open"))
    wire.fault = what
    decision = gate.enter(ticket["secret"])
    assert (decision.allow, decision.offline, turnstile.pulses) == (True, "fail open", 1)
    time.sleep(3)  # longer than between two attempts to take something back
    assert site.entries(ticket) == (["entry"] if what == "reply lost" else [])
    fault("pretix", f"{what}, fail open", decision, opened=True)


@pytest.mark.parametrize("offline", ["fail closed", "fail open"])
def test_pretix_is_away(host, site, turnstile, settings, offline, fault):
    gate = host(settings(url="http://127.0.0.1:9", offline=offline))
    decision = gate.enter("a ticket")
    opens = offline == "fail open"
    assert (decision.allow, turnstile.pulses, decision.offline) == (opens, opens, offline)
    fault("pretix", f"away, {offline}", decision, opened=opens)


def test_a_gate_that_pretix_does_not_know_stays_shut_whatever_the_policy(
    host, site, turnstile, settings, fault
):
    gate = host(settings(token="wrong", offline="fail open"))
    decision = gate.enter(site.sell()["secret"])
    assert (decision.allow, decision.offline) == (False, None)
    assert decision.reason == "pretix does not accept this gate's token"
    assert turnstile.pulses == 0
    fault("pretix", "token refused, fail open", decision, opened=False)


def test_nothing_is_redeemed_for_a_turnstile_that_is_away(host, site, turnstile, settings, fault):
    ticket = site.sell()
    gate = host(settings())
    turnstile.stop()
    decision = gate.enter(ticket["secret"])
    assert (decision.allow, decision.offline) == (False, "fail closed")
    assert site.entries(ticket) == []
    fault("pretix + modbus", "turnstile away: nothing redeemed", decision, opened=False)


def test_a_turnstile_that_sticks_gives_the_ticket_back(
    host, site, turnstile, settings, fault, given_back
):
    ticket = site.sell()
    gate = host(settings())
    turnstile.stuck = True
    decision = gate.enter(ticket["secret"])
    assert (decision.allow, decision.reason) == (False, "the door did not open")
    given_back(ticket)
    turnstile.stuck = False
    assert gate.enter(ticket["secret"]).allow
    fault("pretix + modbus", "arm stuck: redemption annulled", decision, opened=False)


def test_somebody_who_turns_back_keeps_the_ticket(
    host, site, turnstile, settings, fault, given_back
):
    ticket = site.sell()
    gate = host(settings())
    turnstile.people = False
    decision = gate.enter(ticket["secret"])
    assert decision.allow
    given_back(ticket)
    turnstile.people = True
    assert gate.enter(ticket["secret"]).allow
    fault("pretix + modbus", "nobody passed: redemption annulled", decision, opened=True)
