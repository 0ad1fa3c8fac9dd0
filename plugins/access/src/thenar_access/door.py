"""A door put together from who decides and what opens."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import attrs

from thenar.errors import DoorError
from thenar.records import Decision, OfflinePolicy, Passage
from thenar_access.book import Book
from thenar_access.evacuation import Evacuation
from thenar_access.events import Events, What
from thenar_access.recent import Recent
from thenar_access.roles import Authority, Opener, Outcome, Report, State

MakeOpener = Callable[[Report, OfflinePolicy], Opener]


class ComposedDoor:
    """A :class:`thenar.protocols.TellingDoor`.

    Nobody is asked, and so no ticket is used up, while the opener cannot open. A ticket
    that was used up for somebody who then did not pass is given back.

    Args:
        authority: who decides.
        opener: makes what opens; called with what is to be told of each release, and
            the policy.
        offline: the site's fire policy: what the door does when nobody can be asked.
        book: where it writes down what happens, and what evacuates it.
    """

    def __init__(
        self,
        authority: Authority,
        opener: MakeOpener,
        offline: OfflinePolicy,
        book: Book = Book(),  # noqa: B008 - frozen
    ) -> None:
        self.offline = offline
        self._authority = authority
        self._answers: Recent[tuple[str, str], Decision] = Recent()
        self._granted: Recent[str, bool] = Recent()
        self._opened: Recent[str, bool] = Recent()
        self._one_at_a_time = threading.Lock()
        self._asking: dict[tuple[str, str], threading.Lock] = {}
        self._held = ""
        self._tell: Callable[[str, str], None] | None = None
        self._settling = ThreadPoolExecutor(1, thread_name_prefix="door")
        self._events = Events(book.events)
        self._opener = opener(self._report, offline)
        self._events.write(What.STARTED, f"{offline}; without power: {self._opener.without_power}")
        self._evacuation = (
            Evacuation(book.evacuation, self._opener, self._events) if book.evacuation else None
        )

    def ask(self, passage: Passage) -> Decision:
        """May this person pass now? The same request and credential get the same answer.

        Raises:
            DoorError: the opener or the authority does not answer.
        """
        key = (passage.request_id, passage.credential)
        turn = self._asking.setdefault(key, threading.Lock())
        with turn:  # who asks the same meanwhile waits for the one answer
            try:
                return self._answers.get(key) or self._ask(passage)
            finally:
                self._asking.pop(key, None)

    def open(self, decision: Decision) -> None:
        """Let one person through, once per request id.

        Raises:
            DoorError: it did not open, and it will not for this request; what the
                authority had used up is given back.
        """
        request = decision.request_id
        if not decision.allow or not request:
            raise DoorError("Expected a decision that allows passage, with its request id.")
        with self._one_at_a_time:
            opened = self._opened.get(request)
            if opened is False:
                raise DoorError("It did not open for this request; ask again with another.")
            if opened:
                return
            try:
                if decision.offline is None:
                    self._authority.stands(request)  # before: this may be killed while it opens
                self._open_for(request, decision.reason)
            except DoorError:
                self._opened.put(request, value=False)
                self._settling.submit(self._withdraw, request, "the door did not open")
                raise
            self._opened.put(request, value=True)
        if decision.offline is not None:
            self._authority.stands(request)

    def listen(self, tell: Callable[[str, str], None]) -> None:
        """Have somebody told of each release that nobody used: request and why."""
        self._tell = tell

    def release(self, reason: str) -> None:
        """Let one person through whom somebody else decided on, e.g. a guard at a panel."""
        with self._one_at_a_time:
            request = uuid4().hex
            try:
                self._open_for(request, reason)
            except DoorError as error:
                self._events.write(What.STAYED_SHUT, error.message, request)

    def hold(self, reason: str, *, on: bool) -> None:
        """Let everybody through, as somebody else decided, or lock again."""
        with self._one_at_a_time:
            self._held = reason if on else ""
            self._events.write(What.HOLDING_OPEN if on else What.LOCKING, reason)
            if self._is_evacuated:
                return
            try:
                self._opener.hold(on=on)
            except DoorError as error:
                self._events.write(What.NOT_HELD, error.message)

    def note(self, words: str) -> None:
        """Write down something that neither opens nor locks."""
        self._events.write(What.NOTED, words)

    def close(self) -> None:
        """Let go of the hardware and of connections; closing twice is allowed."""
        if self._evacuation is not None:
            self._evacuation.close()
        self._opener.close()
        self._settling.shutdown(wait=True)
        self._authority.close()

    def _ask(self, passage: Passage) -> Decision:
        if self._is_evacuated:
            return Decision(
                allow=False,
                reason="evacuation: this gate is open to leave, nobody enters",
                request_id=passage.request_id,
            )
        if self._held:
            return Decision(
                allow=False, reason="the door is held open", request_id=passage.request_id
            )
        state = self._opener.state()
        if state is State.FIRE:
            return self._by_fire_policy(passage)
        if state is State.BUSY:
            return Decision(
                allow=False,
                reason="still open for the one before; wait until they have passed",
                request_id=passage.request_id,
            )
        decision = attrs.evolve(self._authority.ask(passage), request_id=passage.request_id)
        self._answers.put((passage.request_id, passage.credential), decision)
        if decision.allow:
            self._granted.put(passage.request_id, value=True)
        return decision

    @property
    def _is_evacuated(self) -> bool:
        return self._evacuation is not None and self._evacuation.is_on

    def _open_for(self, request: str, reason: str) -> None:
        """A host that could not ask comes here without :meth:`ask`: look again."""
        if self._held:
            raise DoorError("Held open already.", request_id=request)
        if self._is_evacuated:
            raise DoorError("Nobody enters during an evacuation.", request_id=request)
        if self._opener.state() is State.BUSY:
            raise DoorError("Still open for the one before.", request_id=request)
        self._events.must_write(What.RELEASING, reason, request)
        try:
            self._opener.open(request)
        except DoorError as error:
            self._events.write(What.STAYED_SHUT, error.message, request)
            raise
        self._events.write(What.RELEASED, reason, request)

    def _by_fire_policy(self, passage: Passage) -> Decision:
        return Decision(
            allow=self.offline is OfflinePolicy.FAIL_OPEN,
            reason=f"{self.offline}: the fire alarm is on",
            offline=self.offline,
            request_id=passage.request_id,
        )

    def _report(self, request: str, outcome: Outcome) -> None:
        self._events.write(outcome, "", request)
        if outcome is Outcome.TURNED_BACK:
            self._settling.submit(self._nobody_passed, request)

    def _nobody_passed(self, request: str) -> None:
        self._withdraw(request, Outcome.TURNED_BACK)
        if self._tell is not None:
            self._tell(request, Outcome.TURNED_BACK)

    def _withdraw(self, request: str, why: str) -> None:
        """Give back what this request used up, if it used up anything."""
        if not self._granted.take(request):
            return
        try:
            self._authority.withdraw(request, why)
        except DoorError as error:
            self._events.write(What.STANDS, error.message, request)
        else:
            self._events.write(What.GIVEN_BACK, why, request)
