"""Runs one flow at a time for whoever asks: the page, the till, a watched door."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from thenar.device import words
from thenar.device.display import Stage
from thenar.device.terminal import Terminal
from thenar.device.words import Words
from thenar.errors import AcquisitionFailure, InteractionCancelled, ThenarError
from thenar.parameters import DEVICE
from thenar.records import Prompt

_log = logging.getLogger("thenar.device")

_FAILED = (Words("This did not work"), Words("Please ask for help"))
_SHORTLY = 0.2
"""Seconds."""
Flow = Callable[[Terminal, Mapping[str, Any]], object]


@attrs.frozen
class Action:
    """Something that can be started at the terminal.

    Attributes:
        label: on the page's button; empty: only the till starts it.
        flow: called with the terminal and what was sent along.
    """

    label: str
    flow: Flow


class Attendant:
    """Starts actions, each on a thread, one at a time; use it as a context manager."""

    def __init__(self, terminal: Terminal, actions: Mapping[str, Action]) -> None:
        self.terminal = terminal
        self.actions = actions
        self._busy = threading.Lock()
        self._watching = threading.Lock()
        self._answering = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Attendant:
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the action that runs, where it can be stopped, and wait for it."""
        self._closing.set()
        self.terminal.cancel()
        if self._thread is not None:
            self._thread.join()

    def start(self, name: str, sent: Mapping[str, Any]) -> bool:
        """Start an action; False where another one runs. Raises KeyError: no such action."""
        action = self.actions[name]
        if self._closing.is_set() or not self._busy.acquire(blocking=False):
            return False
        self._thread = threading.Thread(target=self._run, args=(action, sent), name=f"flow {name}")
        self._thread.start()
        return True

    def watch(self, look: Callable[[], object]) -> None:
        """Look once whether somebody comes to the watched door, unless an action runs or answers.

        An action that is started meanwhile stops it and takes its turn.
        """
        with self._watching:
            if not self._busy.locked() and not self._answering.is_set():
                look()
                return
        self._closing.wait(_SHORTLY)

    def _run(self, action: Action, sent: Mapping[str, Any]) -> None:
        try:
            self._take_turn()
            try:
                attend(self.terminal, lambda: action.flow(self.terminal, sent))
                answer = self.terminal.display.shown.number
            finally:
                self._answering.set()
                self._watching.release()
        finally:
            self._busy.release()
        self._closing.wait(DEVICE.answer_shown)
        self._answering.clear()
        if self.terminal.display.shown.number == answer:
            self.terminal.display.idle()

    def _take_turn(self) -> None:
        """From the watch over the door, which may be beginning: it is told until it stops."""
        while not self._watching.acquire(timeout=_SHORTLY):
            self.terminal.cancel()


def attend(terminal: Terminal, flow: Callable[[], object]) -> bool:
    """Run a flow; whatever it raises is shown to the customer and logged. True: it ran through."""
    try:
        flow()
    except AcquisitionFailure as failure:
        reason = failure.reasons[0] if failure.reasons else Prompt.SHOW_PALM
        terminal.display.say(
            Stage.REFUSED, Words("Your palm could not be read"), words.PROMPTS[Prompt(reason)]
        )
    except InteractionCancelled:
        terminal.display.idle()
    except ThenarError as error:
        _log.warning("%s: %s", error.code, error)
        terminal.trouble.append(error.code)
        if terminal.display.shown.stage is not Stage.REFUSED:
            terminal.display.say(Stage.REFUSED, *_FAILED)
    except Exception:
        terminal.display.say(Stage.REFUSED, *_FAILED)
        raise
    else:
        return True
    return False
