"""One TCP or TLS connection, written and read by different threads.

A TLS connection must not be read and written at the same moment, so both take turns
and wait for the socket outside of them.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import ssl
import threading
import time

from thenar_payment.iso8583.settings import Iso8583Settings

_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
_LOOK_AGAIN = 0.5


class Line:
    """An open connection to the acquirer.

    Raises:
        OSError: it cannot be opened.
    """

    def __init__(self, settings: Iso8583Settings) -> None:
        seconds = settings.connect_seconds
        line = socket.create_connection((settings.host, settings.port), timeout=seconds)
        try:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if settings.tls:
                context = ssl.create_default_context(cafile=settings.ca or None)
                line = context.wrap_socket(line, server_hostname=settings.host)
        except BaseException:
            line.close()
            raise
        line.setblocking(False)
        self._socket = line
        self._turn = threading.Lock()

    def send(self, data: bytearray, seconds: float) -> None:
        """Write all of it. Raises OSError, EOFError: it is gone, or takes nothing."""
        until = time.monotonic() + seconds
        left = memoryview(data)
        while left:
            with self._turn, contextlib.suppress(*_NOT_NOW):
                left = left[self._socket.send(left) :]
                continue
            if time.monotonic() > until:
                raise TimeoutError("the line takes nothing")
            self._wait(selectors.EVENT_WRITE)

    def exactly(self, count: int) -> bytearray:
        """Read so many bytes, however long it takes. Raises OSError, EOFError: it is gone."""
        data = bytearray(count)
        room = memoryview(data)
        while room:
            got = None
            with self._turn, contextlib.suppress(*_NOT_NOW):
                got = self._socket.recv_into(room)
            if got is None:
                self._wait(selectors.EVENT_READ)
            elif got == 0:
                raise EOFError
            else:
                room = room[got:]
        return data

    def close(self) -> None:
        """Hang up; closing twice is allowed."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        with self._turn:
            self._socket.close()

    def _wait(self, event: int) -> None:
        """Until the socket can go on, or a moment has passed."""
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self._socket, event)
                selector.select(_LOOK_AGAIN)
        except ValueError:
            raise EOFError from None
