"""The contract of gates and badge doors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest

from thenar.errors import DoorError
from thenar.protocols import Door
from thenar.records import Decision, OfflinePolicy, Passage
from thenar.testing.contracts._suite import (
    HOSTILE,
    Ability,
    PeerContract,
    attempt,
    needs,
    together,
    told,
    within,
)

SUBJECT = "subject-of-the-contract-suite"


def passage(credential: str, request: str = "request-1", *, time: float = 1.8e9) -> Passage:
    """Somebody asks to pass."""
    return Passage("door", SUBJECT, credential, time, request)


class DoorContract(PeerContract):
    """A :class:`~thenar.protocols.Door`: a stadium gate, a turnstile, a badge door.

    Give ``door``, ``admitted`` (a credential that may pass) and ``refused`` (one that
    may not).
    """

    kind = "door"

    @pytest.fixture
    def door(self) -> Door:
        """The door under test, made afresh."""
        self.lacks("door")

    @pytest.fixture
    def admitted(self) -> str:
        """A credential that may pass."""
        self.lacks("admitted")

    @pytest.fixture
    def refused(self) -> str:
        """A credential that may not pass."""
        self.lacks("refused")

    @pytest.fixture
    def openings(self) -> Callable[[], int]:
        """How often the door opened; needs :attr:`Ability.OPENINGS`."""
        self.lacks("openings")

    @pytest.fixture(autouse=True)
    def closes_the_door(self, door: Door) -> Iterator[None]:
        """Closes the door after each check."""
        yield
        door.close()

    def ask(self, door: Door, asked: Passage) -> Decision:
        """Ask within the deadline."""
        decision = within(self.seconds, door.ask, asked)
        assert isinstance(decision, Decision), f"ask gave {type(decision).__name__}"
        return decision

    def test_has_what_the_protocol_promises(self, door: Door) -> None:
        """A door is asked, opened and closed, and has an offline policy."""
        self.keeps_protocol(door)
        assert isinstance(door.offline, OfflinePolicy), f"offline is {door.offline!r}"

    def test_an_admitted_credential_passes(self, door: Door, admitted: str) -> None:
        """Whoever may pass is let through."""
        decision = self.ask(door, passage(admitted))
        assert decision.allow, decision.reason
        within(self.seconds, door.open, decision)

    def test_a_refused_credential_does_not_pass(self, door: Door, refused: str) -> None:
        """Whoever may not pass is told why."""
        decision = self.ask(door, passage(refused))
        assert not decision.allow
        assert decision.reason

    def test_an_unknown_credential_does_not_pass(self, door: Door) -> None:
        """Nobody passes with something that was never issued."""
        decision = self.ask(door, passage("never-issued-8d1f"))
        assert not decision.allow
        assert decision.reason

    def test_nearly_right_is_wrong(self, door: Door, admitted: str) -> None:
        """A credential with a character more or less, or another case, is another credential."""
        near = [admitted + "0", admitted[:-1], admitted + " ", " " + admitted, admitted * 2]
        near += [admitted.swapcase(), admitted + "\n", admitted + "\x00"]
        for number, wrong in enumerate(one for one in near if one not in ("", admitted)):
            decision = attempt(DoorError, self.ask, door, passage(wrong, f"near-{number}"))
            assert decision is None or not decision.allow, f"{wrong!r} passes for {admitted!r}"

    def test_hostile_credentials_do_not_pass(self, door: Door) -> None:
        """Odd texts are denied, or raise DoorError; nothing else happens."""
        for number, text in enumerate(HOSTILE):
            decision = attempt(DoorError, self.ask, door, passage(text, f"hostile-{number}"))
            assert decision is None or not decision.allow, f"{text[:40]!r} passes"

    def test_a_decision_names_its_request(self, door: Door, admitted: str, refused: str) -> None:
        """Decisions carry the request that asked."""
        assert self.ask(door, passage(admitted, "request-7")).request_id == "request-7"
        assert self.ask(door, passage(refused, "request-8")).request_id == "request-8"

    def test_the_same_request_is_answered_the_same(self, door: Door, admitted: str) -> None:
        """A host that got no answer asks again, and nothing is redeemed twice."""
        first = self.ask(door, passage(admitted, "again"))
        second = self.ask(door, passage(admitted, "again"))
        assert (first.allow, second.allow) == (True, True), second.reason

    def test_a_denying_decision_does_not_open(self, door: Door, refused: str) -> None:
        """Opening on a decision that denies raises DoorError."""
        decision = self.ask(door, passage(refused))
        with pytest.raises(DoorError):
            within(self.seconds, door.open, decision)

    def test_errors_and_logs_hold_no_credential(
        self, door: Door, refused: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        """A ticket or badge number is a secret: not in a reason, an error or a log."""
        caplog.set_level(0)
        for credential in ("TICKET-4711-0815", refused):
            decision = self.ask(door, passage(credential, f"quiet-{len(credential)}"))
            assert credential not in decision.reason
            with pytest.raises(DoorError) as refusal:
                door.open(decision)
            assert credential not in told(refusal.value, caplog)

    def test_any_subject_may_ask(self, door: Door, refused: str) -> None:
        """The subject is only a name: an odd one changes nothing."""
        for number, text in enumerate(HOSTILE):
            asked = Passage("door", text, refused, 1.8e9, f"subject-{number}")
            decision = attempt(DoorError, self.ask, door, asked)
            assert decision is None or not decision.allow

    def test_any_time_may_be_asked_about(self, door: Door) -> None:
        """The time of a passage may lie far off: its device's clock may be wrong."""
        for number, time in enumerate((0.0, 1.0, 4e9, 2.0**40)):
            asked = passage("never-issued-8d1f", f"time-{number}", time=time)
            decision = attempt(DoorError, self.ask, door, asked)
            assert decision is None or not decision.allow

    def test_works_when_the_clock_is_set(
        self, door: Door, admitted: str, set_clock: Callable[[float], None]
    ) -> None:
        """A request repeated after the machine's clock was set back has the same answer."""
        assert self.ask(door, passage(admitted, "clock")).allow
        set_clock(-3600.0)
        assert self.ask(door, passage(admitted, "clock")).allow

    def test_asked_on_several_threads(self, door: Door, admitted: str, refused: str) -> None:
        """Several people at once get each their own answer."""
        calls = [
            partial(door.ask, passage(refused, f"t{n}") if n % 2 else passage(admitted, "t"))
            for n in range(6)
        ]
        answers = together(calls, self.seconds)
        allowed = [isinstance(one, Decision) and one.allow for one in answers]
        assert allowed == [True, False] * 3, answers

    def test_closing_twice_is_allowed(self, door: Door) -> None:
        """The second close does nothing."""
        within(self.seconds, door.close)
        within(self.seconds, door.close)

    def test_closing_while_asked_ends_in_time(self, door: Door, refused: str) -> None:
        """Closed from another thread, a question ends in time, and lets nobody through."""
        calls: list[Callable[[], object]] = [
            partial(door.ask, passage(refused, "closing")),
            door.close,
        ]
        asked, *_ = [*together(calls, 2 * self.seconds), None]
        assert not (isinstance(asked, Decision) and asked.allow), asked

    @needs(Ability.OPENINGS)
    def test_opens_once_for_one_decision(
        self, door: Door, admitted: str, refused: str, openings: Callable[[], int]
    ) -> None:
        """Asking opens nothing; opening lets one person through; a denial lets nobody through."""
        before = openings()
        decision = self.ask(door, passage(admitted))
        assert openings() == before, "asking opened the door"
        within(self.seconds, door.open, decision)
        assert openings() == before + 1
        attempt(DoorError, door.open, self.ask(door, passage(refused, "request-2")))
        assert openings() == before + 1, "a denial opened the door"

    @needs(Ability.REDEEMS)
    def test_a_ticket_lets_one_person_pass(self, door: Door, admitted: str) -> None:
        """Used is used: another request with the same ticket is denied."""
        assert self.ask(door, passage(admitted, "first")).allow
        assert not self.ask(door, passage(admitted, "second")).allow

    @needs(Ability.REDEEMS)
    def test_one_of_several_with_one_ticket_passes(self, door: Door, admitted: str) -> None:
        """Four people with copies of one ticket at the same moment: one passes."""
        calls = [partial(door.ask, passage(admitted, f"copy-{n}")) for n in range(4)]
        answers = together(calls, self.seconds)
        allowed = sum(isinstance(one, Decision) and one.allow for one in answers)
        assert allowed == 1, f"{allowed} passed"

    @needs(Ability.UNREACHABLE)
    def test_an_unreachable_authority_is_an_error(
        self, door: Door, admitted: str, unreachable: AbstractContextManager[object]
    ) -> None:
        """Where nobody can be asked, DoorError comes, never a decision; later it works again."""
        with unreachable, pytest.raises(DoorError):
            self.ask(door, passage(admitted, "cut"))
        assert self.ask(door, passage(admitted, "cut")).allow

    @needs(Ability.LOST_REPLY)
    def test_a_lost_reply_does_not_use_the_ticket_up(
        self, door: Door, admitted: str, lost_reply: AbstractContextManager[object]
    ) -> None:
        """The answer was lost: DoorError; the same request asked again passes."""
        with lost_reply, pytest.raises(DoorError):
            self.ask(door, passage(admitted, "lost"))
        assert self.ask(door, passage(admitted, "lost")).allow

    @needs(Ability.SILENT)
    def test_a_silent_authority_is_given_up_in_time(
        self, door: Door, admitted: str, silent: AbstractContextManager[object]
    ) -> None:
        """Where no answer comes, DoorError comes before the host's deadline."""
        with silent, pytest.raises(DoorError):
            self.ask(door, passage(admitted, "silence"))

    @needs(Ability.RESTART, Ability.REDEEMS)
    def test_a_restart_forgets_no_redemption(
        self, door: Door, admitted: str, restarted: Callable[[], Door]
    ) -> None:
        """A ticket used before a restart is used after it."""
        assert self.ask(door, passage(admitted, "first")).allow
        door.close()
        again = restarted()
        try:
            assert self.ask(again, passage(admitted, "first")).allow
            assert not self.ask(again, passage(admitted, "second")).allow
        finally:
            again.close()
