import json
import stat

import numpy as np
import pytest

from thenar.capture import View
from thenar.device import looking
from thenar.device.display import Stage
from thenar.device.enrol import enrol
from thenar.device.forget import forget
from thenar.device.loyalty import present_loyalty
from thenar.device.passage import badge, enter
from thenar.device.pay import pay
from thenar.device.terminal import TerminalDoor
from thenar.errors import (
    AcquisitionFailure,
    AttackDetected,
    CloudUnreachable,
    DoorError,
    DuplicatePalm,
    EnrolmentCancelled,
    PaymentDeclined,
    PaymentUnknown,
    PluginDeadline,
    PluginFailed,
    SettingsError,
)
from thenar.messages import Consent, LinkView, LoyaltyAction, Purpose
from thenar.parameters import DEVICE
from thenar.records import (
    AttackCheck,
    Hand,
    Link,
    LinkKind,
    Money,
    OfflinePolicy,
    PaymentState,
    Prompt,
)
from thenar.testing.simulated import EXPIRED, VISA, Fault

CONSENT = Consent(text="terms 1 en", purposes=tuple(Purpose))


class Refusing:
    """A check that calls everything an attack."""

    def check(self, frames, crops):
        return AttackCheck("refusing", passed=False, score=1.0, reason="as told")


class Broken:
    """A check that cannot judge."""

    def check(self, frames, crops):
        raise AcquisitionFailure("the lamp is off")


def test_enrolment_links_the_card_and_sends_several_captures_of_each_palm(
    terminal, service, camera, visits
):
    terminal.card_reader.insert(VISA)
    camera.show(visits[Hand.RIGHT])
    camera.show(visits[Hand.LEFT])
    loyalty = Link(LinkKind.LOYALTY, "simulated", "M-7")
    enrolled = enrol(
        terminal, hands=[Hand.RIGHT, Hand.LEFT], consent=CONSENT, links=[loyalty], contact="a@b.org"
    )
    assert enrolled.palms == (Hand.RIGHT, Hand.LEFT)
    hands = [crop.hand for crop in service.captures[0]]
    assert hands == [Hand.RIGHT] * DEVICE.enrolled_captures + [Hand.LEFT] * DEVICE.enrolled_captures
    links = service.sent("/v1/enrolments")[0]["body"]["links"]
    assert [link["kind"] for link in links] == ["payment", "loyalty"]
    assert links[0]["label"] == "visa •••• 4242"
    assert terminal.display.shown.stage is Stage.ACCEPTED


def test_the_card_is_wiped_and_its_number_is_sent_nowhere(terminal, service, camera, visits):
    terminal.card_reader.insert(VISA)
    camera.show(visits[Hand.RIGHT])
    enrol(terminal, consent=CONSENT)
    assert bytes(terminal.card_reader.handed_out[0].number()) == b""
    assert VISA.number not in json.dumps([r["body"] for r in service.requests])


def test_a_refused_card_is_wiped_too_and_nobody_is_enrolled(terminal, service):
    terminal.card_reader.insert(EXPIRED)
    with pytest.raises(PaymentDeclined):
        enrol(terminal, consent=CONSENT)
    assert bytes(terminal.card_reader.handed_out[0].number()) == b""
    assert service.requests == []


def test_a_cancelled_enrolment_sends_nothing(terminal, service, camera, visits):
    terminal.card_reader.insert(VISA)
    camera.show(visits[Hand.RIGHT])

    def cancel_when_seen(shown):
        if shown.outline:
            terminal.cancel()

    terminal.display.subscribe(cancel_when_seen)
    with pytest.raises(EnrolmentCancelled):
        enrol(terminal, consent=CONSENT)
    assert service.requests == []
    assert bytes(terminal.card_reader.handed_out[0].number()) == b""


def test_a_cancelled_enrolment_does_not_stop_the_next_customer(terminal, service, camera, visits):
    terminal.cancel()
    camera.show(visits[Hand.RIGHT])
    assert enrol(terminal, consent=CONSENT, card=False).palms == (Hand.RIGHT,)


def test_the_wrong_hand_is_asked_to_change(terminal, camera, visits):
    camera.show(visits[Hand.LEFT])
    prompts = set()
    terminal.display.subscribe(lambda shown: prompts.add(shown.prompt))
    with pytest.raises(AcquisitionFailure):
        enrol(terminal, hands=[Hand.RIGHT], consent=CONSENT, card=False)
    assert Prompt.OTHER_HAND in prompts


def test_a_duplicate_palm_is_said_to_be_one(terminal, service, camera, visits):
    camera.show(visits[Hand.RIGHT])
    service.refusal = ("/v1/enrolments", "duplicate-palm")
    with pytest.raises(DuplicatePalm):
        enrol(terminal, consent=CONSENT, card=False)
    assert terminal.display.shown.stage is Stage.REFUSED


def test_an_enrolment_is_repeated_with_its_key_until_it_is_answered(
    terminal, service, camera, visits
):
    camera.show(visits[Hand.RIGHT])
    service.drop("/v1/enrolments", DEVICE.attempts - 1)
    enrol(terminal, consent=CONSENT, card=False)
    keys = {request["key"] for request in service.sent("/v1/enrolments")}
    assert len(service.sent("/v1/enrolments")) == DEVICE.attempts
    assert len(keys) == 1


def test_paying_charges_the_amount_once(terminal, service, camera, visits):
    camera.show(visits[Hand.RIGHT])
    service.drop("/v1/payments", 1)
    payment = pay(terminal, Money(1240, "EUR"))
    assert payment.state is PaymentState.CAPTURED
    charges = service.sent("/v1/payments")
    assert len(charges) == 2
    assert len({charge["key"] for charge in charges}) == 1
    assert charges[0]["body"]["amount"] == {"minor": 1240, "currency": "EUR"}
    assert charges[0]["body"]["assertion"] == "an assertion that is for pay"
    assert terminal.display.shown.title == "Paid EUR 12.40"


def test_a_declined_payment_is_shown_as_declined(terminal, service, camera, visits):
    camera.show(visits[Hand.RIGHT])
    service.payment_states = [PaymentState.DECLINED]
    assert pay(terminal, Money(100, "EUR")).state is PaymentState.DECLINED
    assert terminal.display.shown.title == "Declined"


def test_an_unknown_payment_is_looked_up_and_never_charged_again(terminal, service, camera, visits):
    camera.show(visits[Hand.RIGHT])
    service.payment_states = [PaymentState.UNKNOWN, PaymentState.UNKNOWN, PaymentState.CAPTURED]
    assert pay(terminal, Money(100, "EUR")).state is PaymentState.CAPTURED
    assert len(service.sent("/v1/payments")) == 1
    assert len(service.sent(f"/v1/payments/{'f' * 32}")) == 2


def test_a_payment_without_an_answer_is_unknown_and_keeps_its_key(
    terminal, service, camera, visits
):
    camera.show(visits[Hand.RIGHT])
    service.drop("/v1/payments", 99)
    with pytest.raises(PaymentUnknown) as unknown:
        pay(terminal, Money(100, "EUR"))
    assert {charge["key"] for charge in service.sent("/v1/payments")} == {unknown.value.request_id}


def test_a_stranger_pays_nothing(terminal, service, camera, visits):
    camera.show(visits[Hand.RIGHT])
    service.recognises = False
    assert pay(terminal, Money(100, "EUR")) is None
    assert service.sent("/v1/payments") == []
    assert terminal.display.shown.title == "Not recognised"


@pytest.mark.parametrize("check", [Refusing(), Broken()])
def test_a_refusing_or_broken_check_stops_before_anything_is_sent(
    terminal, service, camera, visits, check
):
    terminal = _with_checks(terminal, (*terminal.checks, check))
    camera.show(visits[Hand.RIGHT])
    with pytest.raises(AttackDetected):
        pay(terminal, Money(100, "EUR"))
    assert service.requests == []


def test_without_any_check_nobody_is_read(terminal, camera, visits):
    camera.show(visits[Hand.RIGHT])
    with pytest.raises(SettingsError, match="liveness"):
        pay(_with_checks(terminal, ()), Money(100, "EUR"))


def test_nobody_in_front_is_a_failure_to_acquire_in_time(terminal, clock):
    before = clock.time()
    with pytest.raises(AcquisitionFailure) as failure:
        pay(terminal, Money(100, "EUR"))
    assert failure.value.reasons == (Prompt.SHOW_PALM,)
    assert DEVICE.patience <= clock.time() - before < DEVICE.patience + 2


def test_loyalty_acts_on_the_member_s_points(terminal, service, camera, visits):
    camera.show(visits[Hand.RIGHT])
    standing = present_loyalty(terminal, LoyaltyAction.ACCRUE, points=12)
    assert standing.points == 120
    assert service.sent("/v1/loyalty")[0]["body"]["points"] == 12


def test_a_ticket_opens_the_gate_once(terminal, service, camera, visits, ticket):
    gate = terminal.doors["north"].door
    camera.show(visits[Hand.RIGHT])
    assert enter(terminal, "north").allow
    camera.show(visits[Hand.RIGHT])
    second = enter(terminal, "north")
    assert (second.allow, second.reason) == (False, "ticket already used")
    assert len(gate.openings) == 1
    records = [r["body"] for r in service.sent("/v1/passages")]
    assert [(r["allow"], r["reason"]) for r in records] == [
        (True, "ticket valid"),
        (False, "ticket already used"),
    ]


def test_only_people_with_a_link_of_the_gate_s_provider_are_asked_for(
    terminal, service, camera, visits, ticket
):
    camera.show(visits[Hand.RIGHT])
    enter(terminal, "north")
    assert service.sent("/v1/identifications")[0]["body"]["provider"] == "simulated-gate"


def test_a_badge_opens_the_office(terminal, service, camera, visits):
    terminal.doors["office"].door.issue("B-1")
    service.links = (
        LinkView(link="c" * 32, kind=LinkKind.BADGE, provider="simulated-badge", value="B-1"),
    )
    camera.show(visits[Hand.RIGHT])
    assert badge(terminal, "office").allow
    terminal.doors["office"].door.revoke("B-1")
    camera.show(visits[Hand.RIGHT])
    assert badge(terminal, "office").reason == "badge revoked"


def test_a_stranger_and_an_artefact_leave_the_gate_shut_on_record(
    terminal, service, camera, visits
):
    service.recognises = False
    camera.show(visits[Hand.RIGHT])
    assert enter(terminal, "north").reason == "not recognised"
    camera.show(visits[Hand.RIGHT])
    with pytest.raises(AttackDetected):
        enter(_with_checks(terminal, (Refusing(),)), "north")
    assert [r["body"]["reason"] for r in service.sent("/v1/passages")] == [
        "not recognised",
        "not a living palm",
    ]
    assert terminal.doors["north"].door.openings == []


def test_a_stuck_gate_is_recorded_as_nobody_passed(terminal, service, camera, visits, ticket):
    terminal.doors["north"].door.faults.plan("open", Fault.LOST_REQUEST)
    camera.show(visits[Hand.RIGHT])
    decision = enter(terminal, "north")
    assert (decision.allow, decision.reason) == (False, "the door did not open")


@pytest.mark.parametrize("policy", list(OfflinePolicy))
def test_without_the_service_the_door_s_policy_decides_and_is_recorded_later(
    terminal, service, camera, visits, policy
):
    gate = terminal.doors["north"].door
    gate.offline = policy
    service.drop("/v1/identifications", 1)
    service.drop("/v1/passages", 1)
    camera.show(visits[Hand.RIGHT])
    decision = enter(terminal, "north")
    assert decision.allow is (policy is OfflinePolicy.FAIL_OPEN)
    assert decision.offline is policy
    assert len(gate.openings) == decision.allow
    waiting = terminal.journal.waiting()
    assert [entry.decision for entry in waiting] == [decision]
    assert terminal.journal.deliver(terminal.cloud) == 1
    sent = service.sent("/v1/passages")[-1]
    assert sent["body"]["offline"] == policy
    assert sent["key"] == waiting[0].key
    assert terminal.journal.waiting() == []


def test_the_door_s_own_authority_out_of_reach_follows_the_policy_too(
    terminal, service, camera, visits, ticket
):
    gate = terminal.doors["north"].door
    gate.faults.plan("ask", Fault.LOST_REQUEST)
    camera.show(visits[Hand.RIGHT])
    decision = enter(terminal, "north")
    assert (decision.allow, decision.offline) == (False, OfflinePolicy.FAIL_CLOSED)


class BadlyWritten:
    """A driver that is open in a fire, and has an error of its own."""

    offline = OfflinePolicy.FAIL_OPEN

    def __init__(self, error):
        self.error = error
        self.openings = 0

    def ask(self, passage):
        raise self.error

    def open(self, decision):
        self.openings += 1

    def close(self):
        pass


@pytest.mark.parametrize(
    ("error", "opens"),
    [
        (DoorError("nobody answers"), True),
        (PluginFailed("raised KeyError", plugin="acme", version="1"), False),
        (PluginDeadline("no answer within 5 s", plugin="acme", version="1"), False),
        (CloudUnreachable("raised by a driver"), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_only_a_door_that_could_ask_nobody_is_open_by_its_policy(
    terminal, service, camera, visits, ticket, error, opens
):
    door = BadlyWritten(error)
    terminal.doors["north"] = TerminalDoor("north", "simulated-gate", door)
    camera.show(visits[Hand.RIGHT])
    decision = enter(terminal, "north")
    assert (decision.allow, bool(decision.offline), door.openings) == (opens, opens, opens)
    recorded = service.sent("/v1/passages")[0]["body"]
    assert (recorded["allow"], recorded["reason"]) == (opens, decision.reason)


def test_what_waits_is_readable_by_its_owner_alone_and_names_nobody(
    terminal, service, camera, visits, ticket
):
    service.drop("/v1/passages", 1)
    camera.show(visits[Hand.RIGHT])
    enter(terminal, "north")
    files = list(terminal.state.iterdir())
    assert [file.name for file in files] == ["passages.jsonl"]
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600
    assert b"assertion that" not in files[0].read_bytes()
    assert service.sent("/v1/identifications")[0]["body"]["purpose"] == "enter"


def test_a_journal_survives_a_line_cut_short(terminal, service):
    terminal.state.joinpath("passages.jsonl").write_text('{"door": "nor')
    assert terminal.journal.deliver(terminal.cloud) == 0


def test_delivery_stops_at_the_first_silence_and_keeps_the_rest(
    terminal, service, camera, visits, ticket
):
    for _ in range(2):
        service.drop("/v1/passages", 2)
        camera.show(visits[Hand.RIGHT])
        enter(terminal, "north")
    assert len(terminal.journal.waiting()) == 2
    service.drop("/v1/passages", 1)
    with pytest.raises(CloudUnreachable):
        terminal.journal.deliver(terminal.cloud)
    assert len(terminal.journal.waiting()) == 2
    assert terminal.journal.deliver(terminal.cloud) == 2


def test_forgetting_deletes_the_recognised_person(terminal, service, camera, visits):
    camera.show(visits[Hand.RIGHT])
    assert forget(terminal).state == "forgotten"
    assert service.requests[-1]["method"] == "DELETE"


def test_forgetting_a_stranger_deletes_nobody(terminal, service, camera, visits):
    service.recognises = False
    camera.show(visits[Hand.RIGHT])
    assert forget(terminal) is None
    assert [request["method"] for request in service.requests] == ["POST"]


def test_an_unknown_door_is_named_with_those_that_are_there(terminal):
    with pytest.raises(SettingsError, match="north, office"):
        enter(terminal, "south")


def _with_checks(terminal, checks):
    import attrs

    return attrs.evolve(terminal, checks=checks)


def test_frames_of_two_hands_are_never_taken_as_one_palm(terminal, service, camera, visits):
    """One frame of the other hand within the hold starts the hold anew."""
    right = visits[Hand.RIGHT]
    middle = len(right) // 2
    camera.show([*right[: middle + 1], visits[Hand.LEFT][middle], *right[middle:]])
    pay(terminal, Money(100, "EUR"))
    assert {crop.hand for crop in service.captures[0]} == {Hand.RIGHT}


def test_only_credentials_of_the_door_s_own_provider_are_shown_to_it(
    terminal, service, camera, visits, ticket
):
    loyalty = LinkView(link="a" * 32, kind=LinkKind.LOYALTY, provider="simulated", value="")
    service.links = (loyalty, *service.links)
    camera.show(visits[Hand.RIGHT])
    assert enter(terminal, "north").reason == "ticket valid"


@pytest.mark.parametrize(
    ("in_picture", "asked"),
    [
        (Prompt.LEFT, Prompt.RIGHT),
        (Prompt.RIGHT, Prompt.LEFT),
        (Prompt.UP, Prompt.UP),
        (Prompt.CLOSER, Prompt.CLOSER),
    ],
)
def test_sides_are_named_as_the_customer_sees_them(
    terminal, camera, monkeypatch, in_picture, asked
):
    """Capture names the picture's sides; a customer who faces the camera has them reversed."""
    outline = np.array([[0, 0], [9, 0], [9, 9]], np.int32)
    monkeypatch.setattr(looking, "look", lambda _: View(None, (in_picture,), outline))
    prompts = set()
    terminal.display.subscribe(lambda shown: prompts.add(shown.prompt))
    with pytest.raises(AcquisitionFailure) as failure:
        pay(terminal, Money(100, "EUR"))
    assert failure.value.reasons == (asked,)
    assert prompts - {None, Prompt.SHOW_PALM} == {asked}
