"""The contract of notifiers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial

import pytest

from thenar.errors import NotifierError
from thenar.protocols import Notifier
from thenar.records import Message
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


class NotifierContract(PeerContract):
    """A :class:`~thenar.protocols.Notifier`.

    Give ``notifier`` and ``address``, where messages may go.
    """

    kind = "notifier"

    @pytest.fixture
    def notifier(self) -> Notifier:
        """The notifier under test, made afresh."""
        self.lacks("notifier")

    @pytest.fixture
    def address(self) -> str:
        """Where messages may go."""
        self.lacks("address")

    @pytest.fixture
    def delivered(self) -> Callable[[str], Sequence[Message]]:
        """What an address received, oldest first; needs :attr:`Ability.DELIVERED`."""
        self.lacks("delivered")

    def send(self, notifier: Notifier, message: Message) -> None:
        """Send within the deadline."""
        within(self.seconds, notifier.send, message)

    def test_has_what_the_protocol_promises(self, notifier: Notifier) -> None:
        """It sends."""
        self.keeps_protocol(notifier)

    def test_sends(self, notifier: Notifier, address: str) -> None:
        """A plain message goes out."""
        self.send(notifier, Message(address, "Your code", "123456"))

    def test_odd_texts_are_sent_or_refused(self, notifier: Notifier, address: str) -> None:
        """Odd subjects and bodies go out, or raise NotifierError; nothing else happens."""
        for text in HOSTILE:
            for message in (Message(address, text, "body"), Message(address, "subject", text)):
                attempt(NotifierError, self.send, notifier, message)

    def test_odd_addresses_are_refused_or_harmless(self, notifier: Notifier) -> None:
        """Odd addresses are taken, or raise NotifierError; nothing else happens."""
        for text in HOSTILE:
            message = Message(text, "subject", "body")
            attempt(NotifierError, self.send, notifier, message)

    def test_works_when_the_clock_is_set(
        self, notifier: Notifier, address: str, set_clock: Callable[[float], None]
    ) -> None:
        """Messages go out after the machine's clock was set."""
        for seconds in (-86_400.0, 86_400.0):
            set_clock(seconds)
            self.send(notifier, Message(address, "Your code", "123456"))

    def test_logs_hold_no_code(
        self, notifier: Notifier, address: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Neither the body, which may be a one-time code, nor the address is logged."""
        caplog.set_level(0)
        self.send(notifier, Message(address, "Your code", "ONE-TIME-314159"))
        assert "314159" not in caplog.text
        assert address not in caplog.text

    def test_closing_twice_is_allowed(self, notifier: Notifier) -> None:
        """Whatever can be closed may be closed twice."""
        self.closes_twice(notifier)

    @needs(Ability.DELIVERED)
    def test_delivers_once_unchanged(
        self, notifier: Notifier, address: str, delivered: Callable[[str], Sequence[Message]]
    ) -> None:
        """What was sent is what arrived, once, in any script."""
        before = len(delivered(address))
        message = Message(address, "Ihr Code – 验证码", "Zoë, 松本 🎟\nsecond line: 123456")
        self.send(notifier, message)
        assert list(delivered(address))[before:] == [message]

    @needs(Ability.DELIVERED)
    def test_delivers_in_order(
        self, notifier: Notifier, address: str, delivered: Callable[[str], Sequence[Message]]
    ) -> None:
        """Messages arrive in the order in which they were sent."""
        before = len(delivered(address))
        for number in range(5):
            self.send(notifier, Message(address, "Your code", str(number)))
        assert [one.body for one in delivered(address)][before:] == list("01234")

    @needs(Ability.DELIVERED)
    def test_injects_no_recipient(
        self, notifier: Notifier, address: str, delivered: Callable[[str], Sequence[Message]]
    ) -> None:
        """A line break in a subject or an address reaches nobody else."""
        other = "eve@example.org"
        before = len(delivered(other))
        for message in (
            Message(address, f"Your code\r\nBcc: {other}", "123456"),
            Message(f"{address}\r\nBcc: {other}", "Your code", "123456"),
            Message(f"{address}, {other}", "Your code", "123456"),
        ):
            attempt(NotifierError, self.send, notifier, message)
        assert len(delivered(other)) == before

    @needs(Ability.DELIVERED)
    def test_delivers_each_of_several_threads(
        self, notifier: Notifier, address: str, delivered: Callable[[str], Sequence[Message]]
    ) -> None:
        """Sent at the same moment, each arrives once."""
        before = len(delivered(address))
        calls = [
            partial(notifier.send, Message(address, "Your code", f"code-{n}")) for n in range(6)
        ]
        answers = together(calls, self.seconds)
        assert not answers, answers
        bodies = sorted(one.body for one in list(delivered(address))[before:])
        assert bodies == [f"code-{n}" for n in range(6)]

    @needs(Ability.UNREACHABLE)
    def test_what_cannot_be_handed_over_is_an_error(
        self,
        notifier: Notifier,
        address: str,
        unreachable: AbstractContextManager[object],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        """NotifierError, without the code and the address; afterwards messages go out again."""
        caplog.set_level(0)
        message = Message(address, "Your code", "ONE-TIME-314159")
        with unreachable, pytest.raises(NotifierError) as failure:
            self.send(notifier, message)
        said = told(failure.value, caplog)
        assert "314159" not in said
        assert address not in said
        self.send(notifier, message)

    @needs(Ability.SILENT)
    def test_a_silent_server_is_given_up_in_time(
        self, notifier: Notifier, address: str, silent: AbstractContextManager[object]
    ) -> None:
        """Where no answer comes, NotifierError comes before the deadline; later it works again."""
        with silent, pytest.raises(NotifierError):
            self.send(notifier, Message(address, "Your code", "123456"))
        self.send(notifier, Message(address, "Your code", "123456"))
