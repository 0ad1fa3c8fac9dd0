"""Where an evaluation ran, so that its times mean something."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import cv2
import numpy as np

from thenar import __version__


def environment() -> dict[str, str]:
    """Hardware and versions, in the order to be shown."""
    return {
        "Processor": f"{_processor()}, {os.cpu_count()} cores",
        "System": f"{platform.system()} {platform.release()}, {platform.machine()}",
        "Thenar": __version__,
        "Python": platform.python_version(),
        "NumPy": np.__version__,
        "OpenCV": cv2.__version__,
    }


def _processor() -> str:
    listing = Path("/proc/cpuinfo")
    if listing.is_file():
        for line in listing.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
