"""The terminal asks the site's policy before the door, and does as it says when nobody answers."""

import pytest

from thenar.device.passage import badge
from thenar.messages import LinkView, Permit
from thenar.records import Hand, LinkKind, OfflinePolicy
from thenar.testing.simulated import Fault

BADGE = LinkView(link="c" * 32, kind=LinkKind.BADGE, provider="simulated-badge", value="B-1")


@pytest.fixture
def policy(service, terminal, camera, visits):
    """A site whose policy says what the test lets it say."""
    office = terminal.doors["office"].door
    office.issue("B-1")
    service.permit = Permit(allow=True, reason="yes", links=(BADGE,), request_id="0" * 32)
    answer = service.answer

    def with_policy(method, path, body):
        if path == "/v1/permits":
            return service.permit
        told = answer(method, path, body)
        if path == "/v1/identifications":
            return told.model_copy(update={"permit": True})
        return told

    service.answer = with_policy
    camera.show(visits[Hand.RIGHT])
    return service


def test_both_the_policy_and_the_door_must_say_yes(terminal, policy):
    assert badge(terminal, "office").allow
    (asked,) = policy.sent("/v1/permits")
    (recorded,) = policy.sent("/v1/passages")
    assert asked["body"]["door"] == "office"
    assert asked["key"] == recorded["key"]


def test_a_door_is_not_even_asked_where_the_policy_says_no(terminal, policy):
    policy.permit = policy.permit.model_copy(update={"allow": False, "reason": "not at this time"})
    decision = badge(terminal, "office")
    assert (decision.allow, decision.reason) == (False, "not at this time")
    assert terminal.doors["office"].door.openings == []
    assert policy.sent("/v1/passages")[0]["body"]["reason"] == "not at this time"
    assert terminal.display.shown.stage.name == "REFUSED"


def test_a_service_that_refuses_to_say_keeps_the_door_shut(terminal, policy):
    policy.refusal = ("/v1/permits", "internal")
    decision = badge(terminal, "office")
    assert (decision.allow, decision.offline) == (False, None)
    assert decision.reason == "the site's policy could not be asked"


@pytest.mark.parametrize("wanted", [OfflinePolicy.FAIL_OPEN, OfflinePolicy.FAIL_CLOSED])
def test_what_the_policy_wants_when_nobody_answers_is_kept_and_named(
    terminal, policy, camera, visits, wanted
):
    policy.permit = policy.permit.model_copy(update={"offline": wanted})
    assert badge(terminal, "office").allow
    camera.show(visits[Hand.RIGHT])
    policy.unreachable["/v1/permits"] = 1
    decision = badge(terminal, "office")
    assert decision.allow == (wanted is OfflinePolicy.FAIL_OPEN)
    assert decision.offline is wanted
    assert decision.reason == f"{wanted}: the service does not answer"


def test_a_door_of_which_nothing_was_said_fails_closed(terminal, policy):
    policy.unreachable["/v1/permits"] = 1
    decision = badge(terminal, "office")
    assert (decision.allow, decision.offline) == (False, OfflinePolicy.FAIL_CLOSED)


def test_what_the_policy_wanted_is_forgotten_when_it_wants_it_no_more(terminal, policy):
    fires = terminal.fire_policies
    fires.learn("office", OfflinePolicy.FAIL_OPEN)
    assert terminal.fire_policies.of("office") is OfflinePolicy.FAIL_OPEN
    assert badge(terminal, "office").allow
    assert fires.of("office") is None


def test_a_broken_file_of_fire_policies_opens_nothing(terminal, policy):
    terminal.state.joinpath("fire-policies.json").write_text('{"office": "open sesame"')
    terminal.doors["office"].door.faults.plan("ask", Fault.LOST_REQUEST)
    decision = badge(terminal, "office")
    assert (decision.allow, decision.offline) == (False, OfflinePolicy.FAIL_CLOSED)
