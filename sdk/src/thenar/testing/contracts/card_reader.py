"""The contract of card readers."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import ClassVar

import pytest

from thenar.errors import PaymentError
from thenar.parameters import HOST
from thenar.protocols import CardReader
from thenar.records import Card
from thenar.testing.contracts._suite import (
    AT_ONCE,
    Ability,
    Contract,
    attempt,
    needs,
    together,
    told,
    within,
)


class CardReaderContract(Contract):
    """A :class:`~thenar.protocols.CardReader`.

    Give ``reader`` and ``insert``, a function that puts a readable card in and returns
    its number.

    Attributes:
        wait: seconds within which a card that is in is read.
    """

    kind = "card_reader"
    wait: ClassVar[float] = 5.0

    @pytest.fixture
    def reader(self) -> CardReader:
        """The reader under test, made afresh, empty."""
        self.lacks("reader")

    @pytest.fixture
    def insert(self) -> Callable[[], str]:
        """Puts a readable card in; returns its number."""
        self.lacks("insert")

    @pytest.fixture
    def insert_unreadable(self) -> Callable[[], object]:
        """Puts in what is no card; needs :attr:`Ability.UNREADABLE`."""
        self.lacks("insert_unreadable")

    @pytest.fixture(autouse=True)
    def closes_the_reader(self, reader: CardReader) -> Iterator[None]:
        """Closes the reader after each check."""
        yield
        reader.close()

    def taken(self, reader: CardReader) -> Card:
        """The card that is in, read in time."""
        return within(self.wait + HOST.grace_seconds, reader.read, self.wait)

    def test_has_what_the_protocol_promises(self, reader: CardReader) -> None:
        """It reads and closes."""
        self.keeps_protocol(reader)

    def test_reads_a_card(self, reader: CardReader, insert: Callable[[], str]) -> None:
        """The card has its digits, and the last four apart."""
        number = insert()
        card = self.taken(reader)
        assert isinstance(card, Card), f"read gave {type(card).__name__}"
        assert bytes(card.number()).decode("ascii") == number
        assert card.last4 == number[-4:]

    def test_a_card_can_be_wiped(self, reader: CardReader, insert: Callable[[], str]) -> None:
        """After wiping nothing is left in the card."""
        insert()
        card = self.taken(reader)
        card.wipe()
        assert bytes(card.number()) == b""

    def test_keeps_no_number(self, reader: CardReader, insert: Callable[[], str]) -> None:
        """Once the card was read and wiped, its number is nowhere in the reader."""
        number = insert()
        self.taken(reader).wipe()
        kept = [one for one in reachable(reader) if holds(one, number)]
        assert not kept, f"the reader still holds the number, in a {type(kept[0]).__name__}"

    def test_errors_and_logs_hold_no_number(
        self,
        reader: CardReader,
        insert: Callable[[], str],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        """Nothing that is raised or logged holds a number."""
        caplog.set_level(0)
        number = insert()
        self.taken(reader).wipe()
        with pytest.raises(PaymentError) as late:
            within(0.05 + HOST.grace_seconds, reader.read, 0.05)
        assert number not in told(late.value, caplog)

    def test_no_card_in_time_is_an_error(self, reader: CardReader) -> None:
        """Nobody put one in: PaymentError within the time given, again and again."""
        for _ in range(2):
            with pytest.raises(PaymentError):
                within(0.05 + HOST.grace_seconds, reader.read, 0.05)

    def test_a_card_after_a_timeout_is_read(
        self, reader: CardReader, insert: Callable[[], str]
    ) -> None:
        """A card put in between two reads is not lost."""
        attempt(PaymentError, reader.read, 0.05)
        number = insert()
        assert bytes(self.taken(reader).number()).decode("ascii") == number

    def test_a_card_is_read_once(self, reader: CardReader, insert: Callable[[], str]) -> None:
        """A card that was read is not read again for the next customer."""
        insert()
        self.taken(reader).wipe()
        with pytest.raises(PaymentError):
            within(0.05 + HOST.grace_seconds, reader.read, 0.05)

    def test_reads_on_another_thread(self, reader: CardReader, insert: Callable[[], str]) -> None:
        """The thread that reads need not be the one that made the reader."""
        insert()
        (answer,) = together([lambda: self.taken(reader)], self.wait + self.seconds)
        assert isinstance(answer, Card), repr(answer)

    def test_a_clock_set_back_does_not_prolong_the_wait(
        self, reader: CardReader, set_clock: Callable[[float], None]
    ) -> None:
        """The time given is kept when the machine's clock is set back."""
        set_clock(-3600.0)
        with pytest.raises(PaymentError):
            within(0.05 + HOST.grace_seconds, reader.read, 0.05)

    def test_closing_twice_is_allowed(self, reader: CardReader) -> None:
        """The second close does nothing."""
        within(self.seconds, reader.close)
        within(self.seconds, reader.close)

    def test_closing_while_reading_ends_the_read(self, reader: CardReader) -> None:
        """Closed from another thread, a read ends in PaymentError, at the latest in its time."""
        calls: list[Callable[[], object]] = [
            lambda: attempt(PaymentError, reader.read, 0.5),
            reader.close,
        ]
        answers = together(calls, 0.5 + self.seconds)
        assert not any(isinstance(one, Exception) for one in answers), answers
        assert not any(isinstance(one, Card) for one in answers), "a card, where none was put in"

    def test_no_time_at_all_is_kept(self, reader: CardReader) -> None:
        """A wait of no seconds ends at once, in PaymentError."""
        with pytest.raises(PaymentError):
            within(AT_ONCE, reader.read, 0.0)

    @needs(Ability.UNREADABLE)
    def test_what_cannot_be_read_is_an_error(
        self,
        reader: CardReader,
        insert: Callable[[], str],
        insert_unreadable: Callable[[], object],
    ) -> None:
        """Something that is no card raises PaymentError; the next card is read."""
        insert_unreadable()
        with pytest.raises(PaymentError):
            self.taken(reader)
        number = insert()
        assert bytes(self.taken(reader).number()).decode("ascii") == number


def reachable(thing: object) -> Iterator[object]:
    """Everything that an object holds, down to the bottom; code and modules left out."""
    seen: set[int] = set()
    waiting = [thing]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(
            one, type | ModuleType | FunctionType | BuiltinFunctionType
        ):
            continue
        seen.add(id(one))
        yield one
        waiting.extend(gc.get_referents(one))


def holds(one: object, number: str) -> bool:
    """True for a text or bytes with the digits in it."""
    if isinstance(one, str):
        return number in one
    return isinstance(one, bytes | bytearray) and number.encode("ascii") in one
