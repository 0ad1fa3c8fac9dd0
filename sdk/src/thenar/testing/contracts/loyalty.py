"""The contract of loyalty programmes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

import pytest

from thenar.errors import LoyaltyError
from thenar.protocols import LoyaltyProgram
from thenar.records import LoyaltyAccount
from thenar.testing.contracts._suite import (
    HOSTILE,
    Ability,
    PeerContract,
    needs,
    together,
    told,
    within,
)


class LoyaltyContract(PeerContract):
    """A :class:`~thenar.protocols.LoyaltyProgram`.

    Give ``programme`` and ``member``, the number of a member with at least 100 points.
    """

    kind = "loyalty"

    @pytest.fixture
    def programme(self) -> LoyaltyProgram:
        """The programme under test, made afresh."""
        self.lacks("programme")

    @pytest.fixture
    def member(self) -> str:
        """A member with at least 100 points."""
        self.lacks("member")

    def points(self, programme: LoyaltyProgram, member: str) -> int:
        """The member's balance, looked up within the deadline."""
        account = within(self.seconds, programme.look_up, member)
        assert isinstance(account, LoyaltyAccount), f"look_up gave {type(account).__name__}"
        return account.points

    def test_has_what_the_protocol_promises(self, programme: LoyaltyProgram) -> None:
        """It looks up, accrues and redeems."""
        self.keeps_protocol(programme)

    def test_looks_up_a_member(self, programme: LoyaltyProgram, member: str) -> None:
        """A member's account has the member's number and points."""
        account = within(self.seconds, programme.look_up, member)
        assert account.member == member
        assert account.programme
        assert account.points >= 100, "give a member with at least 100 points"

    def test_an_unknown_member_is_an_error(self, programme: LoyaltyProgram) -> None:
        """Odd and unknown numbers raise LoyaltyError, whatever is asked of them."""
        for number, text in enumerate(("nobody-8d1f", *HOSTILE)):
            for call in (
                partial(programme.look_up, text),
                partial(programme.accrue, text, 1, idempotency_key=f"a{number}"),
                partial(programme.redeem, text, 1, idempotency_key=f"r{number}"),
            ):
                with pytest.raises(LoyaltyError):
                    within(self.seconds, call)

    def test_nearly_right_is_wrong(self, programme: LoyaltyProgram, member: str) -> None:
        """A number with a character more or less is another member's, or nobody's."""
        for wrong in (member + "0", " " + member, member + "\n", member * 2):
            try:
                account = within(self.seconds, programme.look_up, wrong)
            except LoyaltyError:
                continue
            assert account.member == wrong, f"{wrong!r} is taken for {account.member!r}"

    def test_accrues(self, programme: LoyaltyProgram, member: str) -> None:
        """Points are added, and the answer has the new balance."""
        before = self.points(programme, member)
        after = within(self.seconds, programme.accrue, member, 12, idempotency_key="plus")
        assert after.points == before + 12
        assert self.points(programme, member) == before + 12

    def test_redeems(self, programme: LoyaltyProgram, member: str) -> None:
        """Points are taken, and the answer has the new balance."""
        before = self.points(programme, member)
        after = within(self.seconds, programme.redeem, member, 40, idempotency_key="minus")
        assert after.points == before - 40
        assert self.points(programme, member) == before - 40

    def test_redeems_the_last_point_and_no_more(
        self, programme: LoyaltyProgram, member: str
    ) -> None:
        """All may be taken, not one more; a refusal takes none."""
        has = self.points(programme, member)
        with pytest.raises(LoyaltyError):
            programme.redeem(member, has + 1, idempotency_key="greed")
        assert self.points(programme, member) == has
        assert programme.redeem(member, has, idempotency_key="all").points == 0
        with pytest.raises(LoyaltyError):
            programme.redeem(member, 1, idempotency_key="one-more")

    def test_the_same_key_accrues_once(self, programme: LoyaltyProgram, member: str) -> None:
        """Asked again with the same key, nothing more is added."""
        before = self.points(programme, member)
        for _ in range(3):
            programme.accrue(member, 5, idempotency_key="once")
        assert self.points(programme, member) == before + 5

    def test_the_same_key_redeems_once(self, programme: LoyaltyProgram, member: str) -> None:
        """Asked again with the same key, nothing more is taken."""
        before = self.points(programme, member)
        for _ in range(3):
            programme.redeem(member, 5, idempotency_key="once")
        assert self.points(programme, member) == before - 5

    def test_another_key_accrues_again(self, programme: LoyaltyProgram, member: str) -> None:
        """Two keys are two changes."""
        before = self.points(programme, member)
        for key in ("one", "two"):
            programme.accrue(member, 5, idempotency_key=key)
        assert self.points(programme, member) == before + 10

    def test_a_key_used_for_another_change_is_refused(
        self, programme: LoyaltyProgram, member: str
    ) -> None:
        """The same key with other points is a mistake of the caller: LoyaltyError."""
        programme.accrue(member, 5, idempotency_key="mixed")
        after = self.points(programme, member)
        with pytest.raises(LoyaltyError):
            programme.accrue(member, 6, idempotency_key="mixed")
        assert self.points(programme, member) == after

    def test_counts_right_on_several_threads(self, programme: LoyaltyProgram, member: str) -> None:
        """Eight changes at the same moment, two with each key: four count."""
        before = self.points(programme, member)
        calls = [
            partial(programme.accrue, member, 3, idempotency_key=f"thread-{n // 2}")
            for n in range(8)
        ]
        answers = together(calls, self.seconds)
        assert not [one for one in answers if isinstance(one, Exception)], answers
        assert self.points(programme, member) == before + 12

    def test_errors_and_logs_hold_no_member(
        self, programme: LoyaltyProgram, caplog: pytest.LogCaptureFixture
    ) -> None:
        """A member's number is personal: it is in no error and no log."""
        caplog.set_level(0)
        with pytest.raises(LoyaltyError) as refusal:
            programme.look_up("MEMBER-4711-0815")
        assert "4711-0815" not in told(refusal.value, caplog)

    def test_works_when_the_clock_is_set(
        self, programme: LoyaltyProgram, member: str, set_clock: Callable[[float], None]
    ) -> None:
        """A change repeated after the clock was set back an hour counts once."""
        before = self.points(programme, member)
        programme.accrue(member, 5, idempotency_key="clock")
        set_clock(-3600.0)
        programme.accrue(member, 5, idempotency_key="clock")
        assert self.points(programme, member) == before + 5

    def test_closing_twice_is_allowed(self, programme: LoyaltyProgram) -> None:
        """Whatever can be closed may be closed twice."""
        self.closes_twice(programme)

    @needs(Ability.UNREACHABLE)
    def test_an_unreachable_programme_is_an_error(
        self,
        programme: LoyaltyProgram,
        member: str,
        unreachable: AbstractContextManager[object],
    ) -> None:
        """No answer is LoyaltyError; afterwards the same key counts once."""
        before = self.points(programme, member)
        with unreachable:
            with pytest.raises(LoyaltyError):
                within(self.seconds, programme.look_up, member)
            with pytest.raises(LoyaltyError):
                within(self.seconds, programme.accrue, member, 5, idempotency_key="cut")
        programme.accrue(member, 5, idempotency_key="cut")
        assert self.points(programme, member) == before + 5

    @needs(Ability.LOST_REPLY)
    def test_a_lost_reply_never_counts_twice(
        self, programme: LoyaltyProgram, member: str, lost_reply: AbstractContextManager[object]
    ) -> None:
        """The reply was lost: LoyaltyError; repeating the key takes nothing more."""
        before = self.points(programme, member)
        with lost_reply, pytest.raises(LoyaltyError):
            within(self.seconds, programme.redeem, member, 5, idempotency_key="lost")
        programme.redeem(member, 5, idempotency_key="lost")
        assert self.points(programme, member) == before - 5

    @needs(Ability.SILENT)
    def test_a_silent_programme_is_given_up_in_time(
        self, programme: LoyaltyProgram, member: str, silent: AbstractContextManager[object]
    ) -> None:
        """Where no answer comes, LoyaltyError comes before the deadline; later it works again."""
        with silent, pytest.raises(LoyaltyError):
            within(self.seconds, programme.look_up, member)
        assert self.points(programme, member) >= 0

    @needs(Ability.RESTART)
    def test_a_restart_forgets_no_change(
        self, programme: LoyaltyProgram, member: str, restarted: Callable[[], LoyaltyProgram]
    ) -> None:
        """A change made before a restart is not made again after it."""
        before = self.points(programme, member)
        programme.accrue(member, 5, idempotency_key="before")
        again = restarted()
        again.accrue(member, 5, idempotency_key="before")
        assert self.points(again, member) == before + 5
