"""A USB camera without USB: what OpenCV's V4L2 back end does, on top of a recording.

The kernel of a test machine has neither a camera nor a module for a virtual one. So the
layer below ``cv2.VideoCapture`` is replaced, and all that is above it is what a real
camera gets.
"""

import threading

import cv2
import numpy as np


class VirtualUsb:
    """A bus: cameras by number, which can be pulled out, put back, hung up and taken.

    Args:
        folder: where its device files are.
    """

    def __init__(self, folder):
        self.folder = folder
        self.taken = False
        self.set = {}
        self.flows = threading.Event()
        self.flows.set()
        self.plug()

    def plug(self):
        (self.folder / "video0").touch()

    def unplug(self):
        (self.folder / "video0").unlink()

    @property
    def plugged(self):
        return (self.folder / "video0").exists()

    def capture(self, index):
        return VirtualCapture(self)


class VirtualCapture:
    """As much of ``cv2.VideoCapture`` as the camera uses."""

    def __init__(self, bus):
        self._bus = bus
        self._number = 0
        self._open = not bus.taken

    def isOpened(self):  # noqa: N802 - OpenCV's name
        return self._open

    def set(self, name, value):
        if name == cv2.CAP_PROP_EXPOSURE and not 1 <= value <= 5000:
            return False
        self._bus.set[name] = value
        return True

    def read(self):
        threading.Event().wait(0.02)
        self._bus.flows.wait(20)
        if not self._bus.plugged or not self._open:
            return False, None
        self._number += 1
        return True, np.full((48, 64, 3), self._number % 256, np.uint8)

    def release(self):
        self._open = False
