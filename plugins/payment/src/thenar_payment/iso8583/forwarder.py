"""Store and forward: reversals and advices are sent until the acquirer confirms them."""

from __future__ import annotations

import logging
import threading
import time

from thenar_payment.iso8583.codec import Fields
from thenar_payment.iso8583.dialect import Dialect
from thenar_payment.iso8583.journal import Journal, Kind, Request, State
from thenar_payment.iso8583.link import Link, NotSent
from thenar_payment.iso8583.settings import Iso8583Settings

log = logging.getLogger("thenar_payment.iso8583")


class Forwarder:
    """Works through the open requests of a journal, on a thread of its own and on demand."""

    def __init__(
        self, settings: Iso8583Settings, dialect: Dialect, journal: Journal, link: Link
    ) -> None:
        self._settings = settings
        self._dialect = dialect
        self._journal = journal
        self._link = link
        self._turn = threading.Lock()
        self._woken = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="iso8583-forwarder", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """There is something new to be forwarded."""
        self._woken.set()

    def forward(self, key: str) -> None:
        """Try once to have a request confirmed; what came of it is in the journal."""
        if not self._turn.acquire(timeout=self._settings.connect_seconds):
            return
        try:
            request = self._journal.find(key)
            if request is not None and request.state in (State.FORWARDING, State.REVERSING):
                self._send(request)
        finally:
            self._turn.release()

    def stop(self) -> None:
        """End the thread; stopping twice is allowed."""
        self._stopped = True
        self._woken.set()
        self._thread.join()

    def _send(self, request: Request) -> None:
        message = with_token(request, request.reversal or request.fields, self._dialect)
        if request.sent:
            message["t"] = self._dialect.repeated(message["t"])
        self._journal.forwarded(request.key)
        try:
            reply = self._link.ask(message, self._settings.reply_seconds)
        except NotSent:
            reply = None
        if reply is None:
            log.warning("not confirmed yet", extra={"what": request.state, "times": request.sent})
        else:
            self._keep(request, reply)

    def _keep(self, request: Request, reply: Fields) -> None:
        code = reply.get("39", "")
        yes = code in self._dialect.approved
        gone = code in self._dialect.reversal_done
        if request.state is State.REVERSING:
            if yes or gone:
                self._journal.answered(request.key, State.REVERSED, request.code, request.approval)
                if request.kind is Kind.CHARGE:
                    self._journal.erase_token(request.payment)
        elif yes or (gone and request.kind is Kind.CANCEL):
            self._journal.answered(request.key, State.APPROVED, code, reply.get("38", ""))
            self._journal.erase_token(request.payment)
        elif code not in self._dialect.try_again:
            self._journal.answered(request.key, State.DECLINED, code)

    def _run(self) -> None:
        while not self._stopped:
            self._woken.wait(min(self._settings.repeat_seconds, self._settings.echo_seconds))
            self._woken.clear()
            try:
                self._turn_of_all()
            except Exception as error:
                log.exception("forwarding failed", extra={"error": type(error).__name__})

    def _turn_of_all(self) -> None:
        for key in self._journal.open_requests():
            if self._stopped:
                return
            self.forward(key)
        idle = time.monotonic() - self._link.last_used
        if not self._stopped and idle > self._settings.echo_seconds:
            self._link.echo()


def with_token(request: Request, fields: Fields, dialect: Dialect) -> Fields:
    """A message with the card's token, while it is kept."""
    return {**fields, dialect.token_in: request.token} if request.token else dict(fields)
