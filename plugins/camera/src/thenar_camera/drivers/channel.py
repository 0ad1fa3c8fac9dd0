"""The driver's end of the pipe to the program that shows the frames.

Every message is the length of a header (4 bytes, big-endian), the header (JSON), and as
many bytes of pixels as its ``size`` says. Frames go out by standard output and nothing
else does: what a maker's library prints goes to standard error. Standard input is held
open by the program for as long as it wants frames.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import threading
from collections.abc import Callable
from typing import Any, BinaryIO, Protocol

Frame = tuple[bytes, int, int, str, int]
"""What :meth:`Channel.frame` is told of one."""


class Trouble(Exception):
    """The camera cannot be used.

    Args:
        kind: ``absent``, ``in use``, ``not allowed``, ``format``, ``setting``, ``package``
            or ``lost``.
        said: what was expected and what came.
    """

    def __init__(self, kind: str, said: str) -> None:
        super().__init__(said)
        self.kind = kind
        self.said = said


class Channel:
    """Sends frames to the program.

    Args:
        pipe: where to.
    """

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._stopped = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    @classmethod
    def open(cls) -> Channel:
        """Take standard output for frames alone, and leave no core dump with a palm in it."""
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        pipe = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        return cls(pipe)

    @property
    def stopped(self) -> bool:
        """Whether the program wants no more, or is gone."""
        return self._stopped.is_set()

    def opened(self, **about: Any) -> None:
        """The camera streams."""
        self._send({"is": "opened", **about})

    def frame(self, pixels: bytes, width: int, height: int, pixel_format: str, bad: int) -> None:
        """One frame.

        Args:
            pixels: rows from the top, without padding.
            width: pixels.
            height: pixels.
            pixel_format: its name in GenICam's pixel format naming convention (PFNC).
            bad: frames since the one before that were lost or spoilt on the way.
        """
        head = {"is": "frame", "width": width, "height": height, "format": pixel_format}
        self._send({**head, "bad": bad, "size": len(pixels)}, pixels)

    def spoilt(self, bad: int) -> None:
        """No whole frame came in a while, and so many that were not."""
        self._send({"is": "spoilt", "bad": bad, "size": 0})

    def trouble(self, trouble: Trouble) -> None:
        """The camera cannot be used; the last message."""
        self._send({"is": "trouble", "kind": trouble.kind, "said": trouble.said})

    def _send(self, head: dict[str, Any], pixels: bytes = b"") -> None:
        text = json.dumps(head).encode()
        try:
            self._pipe.write(len(text).to_bytes(4, "big") + text)
            self._pipe.write(pixels)
            self._pipe.flush()
        except BrokenPipeError:
            self._stopped.set()

    def _watch(self) -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        self._stopped.set()


class Driven(Protocol):
    """A camera that a driver has opened."""

    def next(self) -> Frame | int:
        """The newest whole frame, or how many spoilt ones came instead. Raises Trouble: lost."""

    def close(self) -> None:
        """Let it go, so that the next program may have it at once."""


def hand_on(open_camera: Callable[[dict[str, Any]], Driven]) -> None:
    """Hand frames on until the program wants no more.

    Args:
        open_camera: with what the program wants, its only argument; raises Trouble.
    """
    channel = Channel.open()
    try:
        camera = open_camera(json.loads(sys.argv[1]))
        channel.opened()
        while not channel.stopped:
            frame = camera.next()
            if isinstance(frame, tuple):
                channel.frame(*frame)
            elif frame:
                channel.spoilt(frame)
        camera.close()
    except Trouble as trouble:
        channel.trouble(trouble)
