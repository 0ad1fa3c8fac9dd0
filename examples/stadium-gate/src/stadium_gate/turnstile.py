"""The turnstile's controller: a line of text each way over TCP.

``RELEASE 5`` unlocks the turnstile for five seconds; it answers ``PASSED`` when somebody
went through, ``TIMEOUT`` when nobody did, or ``FAULT`` and a word.
"""

from __future__ import annotations

import socket

HOLD = 5
"""Seconds for which the turnstile is unlocked."""

LONGEST = 200
"""Bytes of an answer that are read at most."""


class NobodyPassed(Exception):
    """The turnstile is locked again, and nobody went through."""


class NotKnown(Exception):
    """The controller was told to release, and what became of it is not known."""


def release(host: str, port: int, seconds: float) -> None:
    """Let one person through; returns when they are.

    Raises:
        NobodyPassed: it could not be reached, was not released, or nobody went.
        NotKnown: it took the command, and gave no answer in time.
    """
    try:
        controller = socket.create_connection((host, port), timeout=seconds)
    except OSError as error:
        raise NobodyPassed(f"it cannot be reached ({type(error).__name__})") from None
    with controller:
        try:
            controller.sendall(f"RELEASE {HOLD}\n".encode("ascii"))
            answer = controller.makefile("rb").readline(LONGEST).decode("ascii", "replace")
        except OSError as error:
            raise NotKnown(type(error).__name__) from None
    if answer == "PASSED\n":
        return
    if answer.endswith("\n"):
        raise NobodyPassed(f"it said {answer.strip()!r}")
    raise NotKnown("the answer broke off")
