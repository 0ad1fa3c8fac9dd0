"""The line to the acquirer: one connection, signed on, replies matched to requests."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping

from thenar.errors import PaymentError
from thenar_payment.iso8583.codec import Codec, Fields
from thenar_payment.iso8583.line import Line
from thenar_payment.iso8583.settings import Iso8583Settings

log = logging.getLogger("thenar_payment.iso8583")

Tag = tuple[str, str, str]
"""Class of message, field 11 (trace), field 7 (transmission time): what a reply repeats."""


class NotSent(Exception):
    """There is no line: nothing of the request has left."""


class Link:
    """A connection that comes back by itself; safe to use from several threads.

    Args:
        settings: where the acquirer is.
        codec: how it speaks.
        network: makes a network message, ``"sign-on"`` or ``"echo"``.
    """

    def __init__(
        self, settings: Iso8583Settings, codec: Codec, network: Callable[[str], Fields]
    ) -> None:
        self._settings = settings
        self._codec = codec
        self._network = network
        self._connecting = threading.Lock()
        self._sending = threading.Lock()
        self._waiting: dict[Tag, queue.SimpleQueue[Fields | None]] = {}
        self._line: Line | None = None
        self._closed = False
        self.last_used = time.monotonic()

    def ask(
        self, fields: Mapping[str, str], seconds: float, message: bytearray | None = None
    ) -> Fields | None:
        """Send a message and wait for its reply.

        Args:
            fields: what it holds.
            seconds: how long to wait.
            message: its bytes, where they hold more than ``fields`` (a card number).

        Returns:
            The reply; None where none came.

        Raises:
            NotSent: there is no line.
        """
        return self._exchange(self._connected(), fields, seconds, message)

    def echo(self) -> None:
        """Try the line, and hang up where nobody answers."""
        with contextlib.suppress(NotSent):
            line = self._connected()
            if self._exchange(line, self._network("echo"), self._settings.connect_seconds) is None:
                self._hang_up(line)

    def close(self) -> None:
        """Hang up for good; closing twice is allowed."""
        self._closed = True
        if (line := self._line) is not None:
            self._hang_up(line)

    def _exchange(
        self,
        line: Line,
        fields: Mapping[str, str],
        seconds: float,
        message: bytearray | None = None,
    ) -> Fields | None:
        tag = _tag(fields)
        reply: queue.SimpleQueue[Fields | None] = queue.SimpleQueue()
        self._waiting[tag] = reply
        try:
            encoded = self._codec.encode(fields) if message is None else message
            with self._sending:
                if line is not self._line:
                    raise NotSent
                line.send(encoded, self._settings.connect_seconds)
            self.last_used = time.monotonic()
            return reply.get(timeout=seconds)
        except queue.Empty:
            return None
        except (OSError, EOFError):  # a part of it may have left
            self._hang_up(line)
            return None
        finally:
            self._waiting.pop(tag, None)

    def _connected(self) -> Line:
        if not self._connecting.acquire(timeout=2 * self._settings.connect_seconds):
            raise NotSent
        try:
            if self._closed:
                raise NotSent
            if self._line is not None:
                return self._line
            line = self._line = self._dial()
            threading.Thread(
                target=self._read, args=(line,), name="iso8583-reader", daemon=True
            ).start()
            seconds = self._settings.connect_seconds
            if self._exchange(line, self._network("sign-on"), seconds) is None:
                self._hang_up(line)
                raise NotSent
        finally:
            self._connecting.release()
        log.info("signed on")
        return line

    def _dial(self) -> Line:
        try:
            return Line(self._settings)
        except OSError as error:
            log.warning("no line to the acquirer", extra={"error": type(error).__name__})
            raise NotSent from None

    def _read(self, line: Line) -> None:
        """Hand replies to whoever waits, until the line is gone."""
        size = self._codec.length_size
        with contextlib.suppress(OSError, EOFError, PaymentError):
            while True:
                length = self._codec.length(line.exactly(size))
                self._deliver(self._codec.decode(line.exactly(length)))
        self._hang_up(line)

    def _deliver(self, reply: Fields) -> None:
        waiting = self._waiting.get(_tag(reply))
        if waiting is None:
            log.warning("reply late or repeated, ignored", extra={"trace": reply.get("11", "")})
        else:
            waiting.put(reply)

    def _hang_up(self, line: Line) -> None:
        if self._line is line:
            self._line = None
            for waiting in list(self._waiting.values()):
                waiting.put(None)
        line.close()


def _tag(fields: Mapping[str, str]) -> Tag:
    return fields["t"][1], fields.get("11", ""), fields.get("7", "")
