"""Cut the palm out of the frame: turned fingers up, scaled to 128×128."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from thenar.capture.segment import Window
from thenar.capture.tilt import degrees, surely
from thenar.capture.valleys import Frame2D
from thenar.parameters import CAPTURE
from thenar.records import CROP_SIDE, Band, FrameSet, PalmCrop, Pose


@attrs.frozen(eq=False)
class Square:
    """Where the crop lies in the frame.

    Attributes:
        centre: (x, y), pixels.
        up: unit vector towards the fingers.
        side: across the palm, pixels.
        stretch: length over width: 1 for a palm that is not surely tilted.
    """

    centre: NDArray[np.float64]
    up: NDArray[np.float64]
    side: float
    stretch: float = 1.0

    @property
    def length(self) -> float:
        """Along the fingers, pixels."""
        return self.side * self.stretch

    @property
    def roll(self) -> float:
        """Degrees clockwise from fingers up, −180..180."""
        return float(np.degrees(np.arctan2(self.up[0], -self.up[1])))

    def to_frame(self) -> NDArray[np.float64]:
        """The 2×3 affine map from crop pixels to frame pixels."""
        right = np.array([-self.up[1], self.up[0]])
        across, down = right / CROP_SIDE * self.side, -self.up / CROP_SIDE * self.length
        corner = self.centre - (across + down) * (CROP_SIDE - 1) / 2
        return np.column_stack([across, down, corner])

    def corners(self) -> NDArray[np.float64]:
        """The four corners in the frame, 4×2."""
        right = np.array([-self.up[1], self.up[0]])
        signs = ((-1, 1), (1, 1), (1, -1), (-1, -1))
        across, along = right * self.side / 2, self.up * self.length / 2
        return np.array([self.centre + across * x + along * y for x, y in signs])


def square_of(frame: Frame2D, window: Window) -> Square:
    """The crop's square for a palm frame found in a window."""
    side = CAPTURE.side_over_width * frame.width
    tilted = surely(frame.stretch)
    deep = (CAPTURE.offset_over_width * frame.width + side / 2) * tilted
    centre = frame.middle + frame.down * deep
    return Square(window.to_frame(centre), -frame.down, side / window.scale, tilted)


def cut(
    frames: FrameSet,
    square: Square,
    silhouette: MatLike,
    window: Window,
    frame: Frame2D,
) -> PalmCrop:
    """The crop of every band, and the mask of skin that can be trusted.

    Args:
        frames: bands of one size.
        square: where to cut.
        silhouette: uint8, 0 or 255, of the window.
        window: where the silhouette lies.
        frame: the palm's, in the window.
    """
    to_frame = square.to_frame()
    bands = {each.band: _warp(each.pixels, to_frame, square.side) for each in frames.frames}
    small = to_frame * window.scale
    small[:, 2] = (to_frame[:, 2] + 0.5 - window.corner) * window.scale - 0.5
    skin = cv2.warpAffine(
        silhouette, small, (CROP_SIDE, CROP_SIDE), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    )
    mask = _inside(skin > 127) & unsaturated(bands)
    pose = Pose(
        roll=square.roll,
        tilt=degrees(frame.stretch),
        side=square.side,
        centre=(float(square.centre[0]), float(square.centre[1])),
        palm_width=frame.width / window.scale,
    )
    return PalmCrop(bands, mask, frame.hand, 100.0, pose)


def unsaturated(bands: Mapping[Band, NDArray[np.uint8]]) -> NDArray[np.bool_]:
    """True where no band is clipped to white."""
    clipped = [
        (pixels if pixels.ndim == 2 else pixels.min(axis=2)) >= CAPTURE.saturated
        for pixels in bands.values()
    ]
    return ~np.logical_or.reduce(clipped)  # type: ignore[no-any-return]


def _inside(skin: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Skin, less a rim along its edge where the outline's shading would be read as lines."""
    rim = 2 * CAPTURE.rim + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (rim, rim))
    return cv2.erode(skin.astype(np.uint8), kernel, borderValue=1) > 0


def _warp(
    pixels: NDArray[np.uint8], to_frame: NDArray[np.float64], side: float
) -> NDArray[np.uint8]:
    """Sample the square; where it shrinks, blur first so that ridges do not alias."""
    shrink = side / CROP_SIDE
    if shrink > CAPTURE.alias_from:
        pixels, to_frame = _window(pixels, to_frame)
        sigma = 0.5 * np.sqrt(shrink * shrink - 1)
        pixels = cv2.GaussianBlur(pixels, (0, 0), sigma)  # type: ignore[assignment]
    return cv2.warpAffine(  # type: ignore[return-value]
        pixels,
        to_frame,
        (CROP_SIDE, CROP_SIDE),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )


def _window(
    pixels: NDArray[np.uint8], to_frame: NDArray[np.float64]
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The part of the frame around the square: blurring all of it would be waste."""
    height, width = pixels.shape[:2]
    corners = to_frame @ np.array(
        [[0, CROP_SIDE, CROP_SIDE, 0], [0, 0, CROP_SIDE, CROP_SIDE], [1, 1, 1, 1]], np.float64
    )
    margin = 8 + 3 * np.hypot(*to_frame[:, 0])
    left, top = np.maximum(0, np.floor(corners.min(axis=1) - margin)).astype(int)
    right, bottom = np.ceil(corners.max(axis=1) + margin).astype(int)
    left, top = min(left, width - 1), min(top, height - 1)
    part = pixels[top : max(bottom, top + 1), left : max(right, left + 1)]
    moved = to_frame.copy()
    moved[:, 2] -= (left, top)
    return part, moved
