"""Calls with a deadline: made on a worker thread, and left to themselves when overdue.

A thread cannot be killed; an overdue call keeps its worker until it returns.
Workers are daemons, so that none can keep the program from ending. The caller's
context (:mod:`contextvars`) is the call's context.
"""

from __future__ import annotations

import os
import queue
import threading
from collections import deque
from collections.abc import Callable
from contextvars import copy_context
from typing import Any, ParamSpec, TypeAlias, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_Reply: TypeAlias = queue.SimpleQueue[tuple[bool, Any]]


class Overdue(Exception):
    """The call did not return in time; it goes on by itself."""


class _Worker:
    """One thread that makes one call at a time."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[tuple[Callable[[], Any], _Reply]] = queue.SimpleQueue()
        threading.Thread(target=self._work, name="thenar-plugin", daemon=True).start()

    def give(self, call: Callable[[], Any], reply: _Reply) -> None:
        self._jobs.put((call, reply))

    def _work(self) -> None:
        while True:
            call, reply = self._jobs.get()
            try:
                answer = (True, call())
            except BaseException as error:  # noqa: BLE001 - handed to the caller
                answer = (False, error)
            _idle.append(self)
            reply.put(answer)
            del call, reply, answer


_idle: deque[_Worker] = deque()
os.register_at_fork(after_in_child=_idle.clear)


def call_within(seconds: float, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function on another thread.

    Args:
        seconds: how long to wait for it, > 0.
        function: what to call; it may go on after its caller has given up.
        args: passed on.
        kwargs: passed on.

    Raises:
        Overdue: it has not returned in time.
        BaseException: whatever it raised.
    """
    context = copy_context()
    reply: _Reply = queue.SimpleQueue()
    try:
        worker = _idle.pop()  # the last one used, so that a quiet caller stays on one thread
    except IndexError:
        worker = _Worker()
    worker.give(lambda: context.run(function, *args, **kwargs), reply)
    try:
        returned, answer = reply.get(timeout=seconds)
    except queue.Empty:
        raise Overdue from None
    if not returned:
        raise answer
    return answer  # type: ignore[no-any-return]
