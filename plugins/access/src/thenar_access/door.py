"""A door put together from who decides and what opens."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import attrs

from thenar.errors import DoorError
from thenar.records import Decision, OfflinePolicy, Passage
from thenar_access.recent import Recent
from thenar_access.roles import Authority, Opener, Outcome, Report, State

MakeOpener = Callable[[Report, OfflinePolicy], Opener]

_log = logging.getLogger("thenar.access")


class ComposedDoor:
    """A :class:`thenar.protocols.Door`.

    Nobody is asked, and so no ticket is used up, while the opener cannot open. A ticket
    that was used up for somebody who then did not pass is given back.

    Args:
        authority: who decides.
        opener: makes what opens; called with what is to be told of each release, and
            the policy.
        offline: the site's fire policy: what the door does when nobody can be asked.
    """

    def __init__(self, authority: Authority, opener: MakeOpener, offline: OfflinePolicy) -> None:
        self.offline = offline
        self._authority = authority
        self._answers: Recent[tuple[str, str], Decision] = Recent()
        self._granted: Recent[str, bool] = Recent()
        self._opened: Recent[str, bool] = Recent()
        self._one_at_a_time = threading.Lock()
        self._settling = ThreadPoolExecutor(1, thread_name_prefix="door")
        self._opener = opener(self._report, offline)

    def ask(self, passage: Passage) -> Decision:
        """May this person pass now? The same request and credential get the same answer.

        Raises:
            DoorError: the opener or the authority does not answer.
        """
        known = self._answers.get((passage.request_id, passage.credential))
        if known is not None:
            return known
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
                self._open_for(request)
            except DoorError:
                self._opened.put(request, value=False)
                self._settling.submit(self._withdraw, request, "the door did not open")
                raise
            self._opened.put(request, value=True)
        if decision.offline is not None:
            self._authority.stands(request)

    def close(self) -> None:
        """Let go of the hardware and of connections; closing twice is allowed."""
        self._opener.close()
        self._settling.shutdown(wait=True)
        self._authority.close()

    def _open_for(self, request: str) -> None:
        """A host that could not ask comes here without :meth:`ask`: look again."""
        if self._opener.state() is State.BUSY:
            raise DoorError("Still open for the one before.", request_id=request)
        self._opener.open(request)

    def _by_fire_policy(self, passage: Passage) -> Decision:
        return Decision(
            allow=self.offline is OfflinePolicy.FAIL_OPEN,
            reason=f"{self.offline}: the fire alarm is on",
            offline=self.offline,
            request_id=passage.request_id,
        )

    def _report(self, request: str, outcome: Outcome) -> None:
        level = logging.INFO if outcome is Outcome.PASSED else logging.WARNING
        _log.log(level, "%s [request %s]", outcome, request)
        if outcome is Outcome.TURNED_BACK:
            self._settling.submit(self._withdraw, request, outcome)

    def _withdraw(self, request: str, why: str) -> None:
        """Give back what this request used up, if it used up anything."""
        if not self._granted.take(request):
            return
        try:
            self._authority.withdraw(request, why)
        except DoorError as error:
            _log.error("Still counted as entered: %s [request %s]", error, request)
