"""A flat thing that shows a picture: where it lies, how a camera sees it."""

from __future__ import annotations

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.parameters import SYNTHETIC
from thenar.records import Band, Frame
from thenar.synthetic.posing import Placement
from thenar.synthetic.sensor import sense

Float = NDArray[np.float32]
PICTURE = (720, 960)
"""Height and width of what it shows: sharper than the reader's frames."""


@attrs.frozen
class Sheet:
    """A flat thing that shows a picture within a border.

    Attributes:
        border: width in shares of the picture's height.
        frame_level: linear light of the border.
        bend: of paper about its upright axis; shades it from side to side.
    """

    border: float
    frame_level: float
    bend: float

    def seen(
        self, picture: Float, homography: NDArray[np.float64], size: tuple[int, int], band: Band
    ) -> Float:
        """The sheet in linear light over the dark background."""
        edge = round(self.border * picture.shape[0])
        framed = cv2.copyMakeBorder(
            picture, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=[self.frame_level] * 3
        )
        across = np.linspace(-1, 1, framed.shape[1], dtype=np.float32)
        shade = 1 + np.float32(self.bend) * across * (1 - 0.5 * np.abs(across))
        framed = framed * (shade[None, :, None] if framed.ndim == 3 else shade[None])
        shift = np.array([[1, 0, -edge], [0, 1, -edge], [0, 0, 1.0]])
        level = SYNTHETIC.background_nir if band is Band.NIR else SYNTHETIC.background_rgb
        if band is Band.GREY and framed.ndim == 3:
            framed = cv2.cvtColor(framed.astype(np.float32), cv2.COLOR_RGB2GRAY)
        image = cv2.warpPerspective(
            framed.astype(np.float32),
            homography @ shift,
            (size[1], size[0]),
            flags=cv2.INTER_AREA,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=[level] * 3,
        )
        return np.asarray(image, np.float32)


def placed(
    size: tuple[int, int], placement: Placement, roll: float, tilt: tuple[float, float]
) -> NDArray[np.float64]:
    """Pixels of the picture → pixels of the frame, with the palm where placement says."""
    usual = Placement()
    height, width = size
    scale = placement.size / usual.size * height / PICTURE[0]
    angle = np.deg2rad(roll + placement.roll)
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    centre = np.array([usual.x * PICTURE[1], usual.y * PICTURE[0]])
    turn = np.array([[cos, -sin], [sin, cos]])
    lean = np.sin(np.deg2rad(np.add(tilt, placement.tilt))) / (SYNTHETIC.focal_length * PICTURE[0])
    to_centre = np.array([[1, 0, -centre[0]], [0, 1, -centre[1]], [0, 0, 1.0]])
    about = np.eye(3)
    about[:2, :2] = turn
    about[2, :2] = (-lean[1], lean[0])
    back = np.array([[1, 0, placement.x * width], [0, 1, placement.y * height], [0, 0, 1.0]])
    return np.asarray(back @ about @ to_centre)


def exposed(
    linear: Float,
    band: Band,
    placement: Placement,
    blur: float,
    noise: float,
    grain: np.random.Generator,
    time: float,
    number: int,
) -> Frame:
    """The frame that a camera makes of linear light, with the movement of its placement."""
    height = linear.shape[0]
    image = cv2.convertScaleAbs(cv2.sqrt(np.maximum(linear, 0)), alpha=255.0)
    motion = (placement.motion[0] * height, placement.motion[1] * height)
    soft = float(np.hypot(blur, placement.defocus)) * height / 480
    taken = sense(np.asarray(image, np.uint8), grain, blur=soft, noise=noise, motion=motion)
    return Frame(taken, band, time, number)
