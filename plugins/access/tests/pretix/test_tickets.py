"""Groups, season passes, hospitality: each by pretix's own rules."""

from datetime import UTC, datetime, timedelta

import pytest

from thenar.errors import InvalidRecord, UnknownObject
from thenar_access.tickets import TicketOffice


@pytest.fixture
def office(site):
    """A desk that links tickets of any list."""
    made = []

    def make(*lists):
        made.append(TicketOffice(site.url, "club", site.gate("desk"), lists or [site.list]))
        return made[-1]

    yield make
    for one in made:
        one.close()


def enter(gate, turnstile, credential):
    decision = gate.enter(credential)
    turnstile.wait_until_locked()
    return decision.allow, decision.reason


def test_one_palm_lets_a_group_in_one_by_one(host, site, turnstile, settings, office):
    tickets = [site.sell() for _ in range(3)]
    link = office().link_group([one["secret"] for one in tickets])
    assert link.label == "group of 3"
    gate = host(settings())
    for number in (1, 2, 3):
        reason = f"ticket valid for entry: {number} of 3 of the group"
        assert enter(gate, turnstile, link.value) == (True, reason)
    assert enter(gate, turnstile, link.value) == (False, "all 3 of the group are inside")
    assert turnstile.pulses == 3
    assert [site.entries(one) for one in tickets] == [["entry"]] * 3


def test_a_group_goes_out_and_comes_back(host, site, turnstile, settings, office):
    tickets = [site.sell() for _ in range(2)]
    link = office().link_group([one["secret"] for one in tickets])
    inwards, outwards = host(settings()), host(settings(direction="exit"))
    for gate in (inwards, inwards, outwards, inwards):
        assert enter(gate, turnstile, link.value)[0]
    assert not enter(inwards, turnstile, link.value)[0]
    for _ in range(2):
        assert enter(outwards, turnstile, link.value)[0]
    assert enter(outwards, turnstile, link.value) == (False, "all 2 of the group are outside")


def test_one_of_a_group_whose_ticket_is_not_paid_stays_outside(
    host, site, turnstile, settings, office
):
    paid, owed = site.sell(), site.sell(status="n")
    link = office().link_group([owed["secret"], paid["secret"]])
    gate = host(settings())
    assert enter(gate, turnstile, link.value)[0]
    assert enter(gate, turnstile, link.value) == (False, "ticket not paid")
    assert (site.entries(paid), site.entries(owed)) == (["entry"], [])


def test_one_of_a_group_who_turns_back_may_try_again(
    host, site, turnstile, settings, office, given_back
):
    tickets = [site.sell() for _ in range(2)]
    link = office().link_group([one["secret"] for one in tickets])
    gate = host(settings())
    assert enter(gate, turnstile, link.value)[0]
    turnstile.people = False
    assert gate.enter(link.value).allow
    given_back(tickets[1])
    assert site.entries(tickets[0]) == ["entry"]
    turnstile.people = True
    assert enter(gate, turnstile, link.value)[0]
    assert not enter(gate, turnstile, link.value)[0]


def test_a_group_that_was_unlinked(host, site, turnstile, settings, office):
    desk = office()
    link = desk.link_group([site.sell()["secret"]])
    desk.unlink(link)
    assert enter(host(settings()), turnstile, link.value) == (False, "no such ticket")
    with pytest.raises(InvalidRecord, match="at least one"):
        desk.link_group([])
    with pytest.raises(UnknownObject):
        desk.link_group(["never sold"])


def test_somebody_with_two_links_who_turns_back_keeps_both(
    host, site, turnstile, settings, given_back
):
    """The host asks with each link under the same request; only what let in is annulled."""
    used, fresh = site.sell(), site.sell()
    gate = host(settings())
    assert enter(gate, turnstile, used["secret"])[0]
    turnstile.people = False
    assert gate.enter(used["secret"], fresh["secret"]).allow
    given_back(fresh)
    assert site.entries(used) == ["entry"]


def test_a_season_pass_of_a_ticket_for_each_match(host, site, turnstile, settings, office):
    first, cup = site.another_match("cup-1"), site.another_match("cup-2")
    mine = [site.sell(event=match.slug, item=match.seat) for match in (first, cup)]
    link = office(first.list, cup.list).link_season([one["secret"] for one in mine])
    tonight, next_week = host(settings(lists=[first.list])), host(settings(lists=[cup.list]))
    for gate in (tonight, next_week):
        assert enter(gate, turnstile, link.value) == (True, "ticket valid for entry")
        assert enter(gate, turnstile, link.value) == (False, "ticket already used")
    elsewhere = host(settings())
    assert enter(elsewhere, turnstile, link.value) == (False, "no such ticket")


def test_a_season_pass_of_one_ticket_once_a_day(host, site, turnstile, settings):
    daily = site.gate_list(
        "Daily",
        limit_products=[site.seat],
        allow_multiple_entries=True,
        rules={"<": [{"var": "entries_today"}, 1]},
    )
    season = site.sell()
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    site.call(
        "POST", "checkinrpc/redeem/", secret=season["secret"], lists=[daily], datetime=yesterday
    )
    gate = host(settings(lists=[daily]))
    assert enter(gate, turnstile, season["secret"]) == (True, "ticket valid for entry")
    again = enter(gate, turnstile, season["secret"])
    assert again == (False, "the event's entry rules say no")


def test_hospitality_is_a_door_of_its_own(host, site, turnstile, settings):
    lounge = site.gate_list("Lounge", limit_products=[site.lounge])
    both = site.gate_list("All gates", limit_products=[site.seat, site.lounge])
    seat, guest = site.sell(), site.sell(item=site.lounge)
    gate, door = host(settings(lists=[both])), host(settings(lists=[lounge]))
    for ticket in (seat, guest):
        assert enter(gate, turnstile, ticket["secret"])[0]
    assert enter(door, turnstile, guest["secret"]) == (True, "ticket valid for entry")
    assert enter(door, turnstile, seat["secret"]) == (False, "ticket not for this entrance")


def test_an_evacuation_uses_up_no_ticket(host, site, turnstile, settings, tmp_path):
    alarm = tmp_path / "evacuation"
    alarm.touch()
    ticket = site.sell()
    gate = host(settings() + f'\n[doors.north.book]\nevacuation = "{alarm}"\n')
    decision = gate.enter(ticket["secret"])
    assert (decision.allow, turnstile.released) == (False, True)
    assert "evacuation" in decision.reason
    assert site.entries(ticket) == []
    alarm.unlink()
    turnstile.wait_until_locked()
    assert enter(gate, turnstile, ticket["secret"])[0]
