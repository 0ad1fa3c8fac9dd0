"""From a machine-vision camera's pixel formats to OpenCV's images."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.errors import CameraUnavailable

_DEPTH = {"Mono8": 8, "Mono10": 10, "Mono12": 12, "Mono14": 14, "Mono16": 16}

_COLOUR = {
    "RGB8": (3, cv2.COLOR_RGB2BGR),
    "BGR8": (3, None),
    "RGBa8": (4, cv2.COLOR_RGBA2BGR),
    "BGRa8": (4, cv2.COLOR_BGRA2BGR),
    "YUV422_8": (2, cv2.COLOR_YUV2BGR_YUY2),
    "YUV422_8_UYVY": (2, cv2.COLOR_YUV2BGR_UYVY),
    # GenICam names a Bayer pattern by its first row, OpenCV by the second row's second pixels.
    "BayerRG8": (1, cv2.COLOR_BayerBG2BGR),
    "BayerGR8": (1, cv2.COLOR_BayerGB2BGR),
    "BayerGB8": (1, cv2.COLOR_BayerGR2BGR),
    "BayerBG8": (1, cv2.COLOR_BayerRG2BGR),
}

UNDERSTOOD = (*_DEPTH, *_COLOUR)
"""Names in GenICam's pixel format naming convention (PFNC 2.4)."""


def decoded(
    pixels: bytearray, width: int, height: int, pixel_format: str, name: str
) -> NDArray[np.uint8]:
    """An image as OpenCV has it.

    Args:
        pixels: rows from the top, without padding; 16 bits little-endian.
        width: in pixels.
        height: in pixels.
        pixel_format: one of :data:`UNDERSTOOD`.
        name: of the camera, for messages.

    Returns:
        uint8, H×W, or H×W×3 in BGR order; deeper pixels lose their lowest bits.

    Raises:
        CameraUnavailable: another format, or not as many bytes as it needs.
    """
    if pixel_format not in UNDERSTOOD:
        raise CameraUnavailable(
            f"{name}: expected one of the pixel formats {', '.join(UNDERSTOOD)}, "
            f"got {pixel_format}.",
            remedy="set pixel_format to one of these that the camera offers.",
        )
    depth = _DEPTH.get(pixel_format)
    channels, code = _COLOUR.get(pixel_format, (1 if depth == 8 else 2, None))
    if len(pixels) != width * height * channels:
        raise CameraUnavailable(
            f"{name}: expected {width}×{height} pixels of {channels} bytes, "
            f"got {len(pixels)} bytes.",
            remedy="set another pixel_format, or a width without padding.",
        )
    flat = np.frombuffer(pixels, np.uint8)
    if depth is not None and depth > 8:
        return (flat.view("<u2").reshape(height, width) >> (depth - 8)).astype(np.uint8)
    image = flat.reshape((height, width) if channels == 1 else (height, width, channels))
    return image if code is None else np.asarray(cv2.cvtColor(image, code), np.uint8)
