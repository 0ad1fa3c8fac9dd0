"""The contract of observers."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import pytest

from thenar.protocols import Observer
from thenar.records import Event
from thenar.testing.contracts._suite import HOSTILE, Ability, Contract, needs, together, within

EVENTS = (
    Event("palm.recognised", 1.8e9, "request-1", {"seconds": 0.2, "candidates": 12}),
    Event("payment.captured", 1.8e9 + 1, "request-2", {"count": 1, "offline": False}),
    Event("door.denied", 1.8e9 + 2, "request-3", {"reason": "ticket already used"}),
    Event("an.event.of.a.later.release", 1.8e9 + 3),
)


class ObserverContract(Contract):
    """An :data:`~thenar.protocols.Observer`. Give ``observer``."""

    kind = "observer"

    @pytest.fixture
    def observer(self) -> Observer:
        """The observer under test, made afresh."""
        self.lacks("observer")

    @pytest.fixture
    def seen(self) -> Callable[[], int]:
        """How many events were observed; needs :attr:`Ability.SEEN`."""
        self.lacks("seen")

    def test_has_what_the_protocol_promises(self, observer: Observer) -> None:
        """It is called with an event."""
        assert callable(observer)

    def test_takes_every_event(self, observer: Observer) -> None:
        """Known and unknown events, with and without details."""
        for event in EVENTS:
            within(self.seconds, observer, event)

    def test_takes_odd_texts(self, observer: Observer) -> None:
        """Names, requests and details may hold any text."""
        for text in HOSTILE:
            for event in (
                Event(text, 1.8e9),
                Event("name", 1.8e9, text),
                Event("name", 1.8e9, "request", {"detail": text}),
                Event("name", 1.8e9, "request", {text: 1}),
            ):
                within(self.seconds, observer, event)

    def test_takes_events_of_any_time(
        self, observer: Observer, set_clock: Callable[[float], None]
    ) -> None:
        """Clocks are set: times run back, and lie far off."""
        for time in (1.8e9, 1.8e9 - 3600, 0.0, 4e9, 1.8e9):
            within(self.seconds, observer, Event("tick", time))
        set_clock(-86_400.0)
        within(self.seconds, observer, Event("tick", 1.8e9))

    def test_takes_numbers_of_any_size(self, observer: Observer) -> None:
        """Details may be huge, negative or not a number."""
        for value in (0, -1, 2**70, 1e308, float("inf"), float("nan"), True, ""):
            event = Event("name", 1.8e9, "request", {"value": value})
            within(self.seconds, observer, event)

    def test_changes_no_event(self, observer: Observer) -> None:
        """Details are another's: read, not written."""
        details: dict[str, str | int | float | bool] = {"count": 1}
        within(self.seconds, observer, Event("name", 1.8e9, "r", MappingProxyType(details)))
        within(self.seconds, observer, Event("name", 1.8e9, "r", details))
        assert details == {"count": 1}

    def test_takes_events_on_several_threads(self, observer: Observer) -> None:
        """Two programs in one process may tell it at the same moment."""
        answers = together([lambda: observer(EVENTS[0])] * 8, self.seconds)
        assert not [one for one in answers if isinstance(one, Exception)], answers

    def test_takes_a_busy_hour(self, observer: Observer) -> None:
        """A thousand events, one after the other, within the deadline."""

        def busy() -> None:
            for number in range(1000):
                observer(Event("palm.recognised", 1.8e9 + number, f"request-{number}"))

        within(self.seconds, busy)

    def test_closing_twice_is_allowed(self, observer: Observer) -> None:
        """Whatever can be closed may be closed twice."""
        self.closes_twice(observer)

    @needs(Ability.SEEN)
    def test_sees_each_event_once(self, observer: Observer, seen: Callable[[], int]) -> None:
        """None is left out, none is counted twice, also from several threads."""
        before = seen()
        for event in EVENTS:
            observer(event)
        together([lambda: observer(EVENTS[0])] * 4, self.seconds)
        assert seen() == before + len(EVENTS) + 4
