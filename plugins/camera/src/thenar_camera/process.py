"""A camera driver in a process of its own.

What a camera's maker delivers is native code: where it crashes or hangs, it takes its own
process along and not the terminal, and the camera is looked for again like one that was
unplugged. It also frees the terminal's Python from the one that the driver's bindings were
built for.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from thenar.errors import CameraUnavailable
from thenar.records import Band
from thenar_camera.bands import as_band
from thenar_camera.grabber import Taken
from thenar_camera.limits import (
    BUFFERS,
    CLOSE_SECONDS,
    DRIVER_SECONDS,
    FRAME_BYTES,
    FRAME_SECONDS,
    HEADER_BYTES,
    POLL_SECONDS,
)
from thenar_camera.pixels import decoded

_DRIVERS = Path(__file__).parent / "drivers"

REMEDIES = {
    "absent": "plug the camera in and power it, or name another in the settings.",
    "in use": "close other programs that use it, and try again.",
    "not allowed": "allow this user to use the camera.",
    "format": "set another pixel_format.",
    "setting": "change or remove that setting.",
    "lost": "check its cable and its power.",
}


class DriverProcess:
    """Takes frames from a program of :mod:`thenar_camera.drivers`.

    Args:
        python: the interpreter that has the driver's library.
        driver: module in :mod:`thenar_camera.drivers`.
        wanted: what it is told; JSON values.
        name: of the camera, for messages.
        band: the light the camera sees.
        package: what to do where the library is missing.

    Raises:
        CameraUnavailable: it is not there, in use, not permitted, or cannot do as the
            settings say.
    """

    def __init__(
        self,
        python: str,
        driver: str,
        wanted: Mapping[str, Any],
        *,
        name: str,
        band: Band,
        package: str,
    ) -> None:
        self._name, self._band = name, band
        self._remedies = {**REMEDIES, "package": package}
        told = json.dumps({**wanted, "buffers": BUFFERS, "poll": POLL_SECONDS})
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [python, "-E", "-s", str(_DRIVERS / f"{driver}.py"), told],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise CameraUnavailable(f"{name}: {error}.", remedy=package) from error
        try:
            self._message(DRIVER_SECONDS)
        except CameraUnavailable:
            self.release()
            raise

    def grab(self) -> Taken:
        """The next frame, or that it was spoilt; a driver that says nothing for long is given up.

        Raises:
            CameraUnavailable: the camera is gone, or its driver crashed or hangs.
        """
        head, pixels = self._message(FRAME_SECONDS)
        if head["is"] == "spoilt":
            return Taken({}, damaged=head["bad"])
        image = decoded(pixels, head["width"], head["height"], head["format"], self._name)
        return Taken({self._band: as_band(image, self._band)}, damaged=head["bad"])

    def release(self) -> None:
        """Ask the driver to let the camera go; one that does not is killed."""
        process = self._process
        assert process.stdin  # noqa: S101 - both are pipes, see above
        assert process.stdout  # noqa: S101
        process.stdin.close()
        process.stdout.close()
        try:
            process.wait(CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _message(self, seconds: float) -> tuple[dict[str, Any], bytearray]:
        until = time.monotonic() + seconds
        length = int.from_bytes(self._bytes(4, until), "big")
        head = json.loads(self._bytes(length, until)) if length <= HEADER_BYTES else {}
        if head.get("is") == "trouble":
            raise CameraUnavailable(
                f"{self._name}: {head['kind']}: {head['said']}",
                remedy=self._remedies[head["kind"]],
            )
        size = head.get("size", 0)
        if not head or size > FRAME_BYTES:
            raise CameraUnavailable(f"{self._name}: its driver sent what is no frame.")
        return head, self._bytes(size, until)

    def _bytes(self, count: int, until: float) -> bytearray:
        assert self._process.stdout  # noqa: S101 - a pipe, see above
        pipe = self._process.stdout.fileno()
        read = bytearray(count)
        view, have = memoryview(read), 0
        while have < count:
            if not select.select([pipe], [], [], max(0.0, until - time.monotonic()))[0]:
                raise CameraUnavailable(
                    f"{self._name}: its driver said nothing in time.", remedy=REMEDIES["lost"]
                )
            part = os.readv(pipe, [view[have:]])
            if not part:
                raise CameraUnavailable(
                    f"{self._name}: its driver ended with {self._process.wait()}.",
                    remedy="if it goes on, look for an update of the driver.",
                )
            have += part
        return read
