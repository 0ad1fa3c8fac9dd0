"""Frames of a hand before a dark background, and crops of its palm.

Orientation. At roll 0 the fingers point up and the palm faces the camera; images
are not mirrored. Hold your right hand up with its palm away from you, towards a
camera that faces you: the thumb points to your left, which is the camera's
right. So **a right hand shows its thumb on the image's right, a left hand on the
image's left.** Roll is positive clockwise in the image.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.parameters import SYNTHETIC
from thenar.records import CROP_SIDE, Band, Frame, FrameSet, PalmCrop, Pose
from thenar.synthetic.camera import background, take
from thenar.synthetic.person import Palm
from thenar.synthetic.posing import Placement, Posed, crop_camera, pose
from thenar.synthetic.presentation import present
from thenar.synthetic.sensor import sense
from thenar.synthetic.streams import Stream
from thenar.synthetic.variation import USUAL, Variation

SIZE = (480, 640)
BOTH = (Band.RGB, Band.NIR)


@attrs.frozen(eq=False)
class Truth:
    """Where a rendered palm is, in pixels of its frame.

    Attributes:
        valleys: float64 (4, 2), webs from thumb–index to ring–little.
        square: float64 (4, 2), corners of the crop in the image's order: upper left,
            upper right, lower right, lower left, as seen with the fingers up.
        pose: roll, tilt, side, centre and palm width.
    """

    valleys: NDArray[np.float64]
    square: NDArray[np.float64]
    pose: Pose


def render(
    palm: Palm,
    sample: int,
    *,
    size: tuple[int, int] = SIZE,
    bands: Iterable[Band] = BOTH,
    variation: Variation = USUAL,
    placement: Placement = Placement(),  # noqa: B008 -- frozen
    time: float = 0.0,
    number: int = 0,
) -> FrameSet:
    """A hand as a camera sees it.

    Args:
        palm: whose.
        sample: number of the presentation, ≥ 0: pose, light, dryness … follow from it.
        size: (height, width) in pixels.
        bands: what is taken, at the same moment and registered.
        variation: how much presentations differ.
        placement: where the hand is, besides the presentation's own variation.
        time: seconds, of the frames.
        number: of the frames; the sensor's noise follows from it.

    Returns:
        One frame a band.
    """
    posed = _posed(palm, sample, size, variation, placement)
    shown = posed.presentation
    picture = take(palm, posed, size, bands)
    rng = palm.stream(Stream.SENSOR, sample, number)
    unit = size[0] / 480
    motion = (placement.motion[0] * size[0], placement.motion[1] * size[0])
    blur = float(np.hypot(shown.blur, placement.defocus)) * unit
    frames = [
        Frame(sense(image, rng, blur=blur, noise=shown.noise, motion=motion), band, time, number)
        for band, image in picture.bands.items()
    ]
    return FrameSet(tuple(frames))


def truth(
    palm: Palm,
    sample: int,
    *,
    size: tuple[int, int] = SIZE,
    variation: Variation = USUAL,
    placement: Placement = Placement(),  # noqa: B008 -- frozen
) -> Truth:
    """Where :func:`render` with the same arguments shows the palm."""
    return _truth(palm, _posed(palm, sample, size, variation, placement), placement)


def _truth(palm: Palm, posed: Posed, placement: Placement) -> Truth:
    still = attrs.evolve(posed.presentation, registration=np.zeros(4))
    exact = crop_camera(attrs.evolve(posed, presentation=still), palm.hand, CROP_SIDE)
    to_frame = posed.camera @ np.linalg.inv(exact.camera)
    edge = CROP_SIDE - 0.5
    corners = np.array([(-0.5, -0.5), (edge, -0.5), (edge, edge), (-0.5, edge)])
    square = cv2.perspectiveTransform(corners[None], to_frame)[0]
    valleys = posed.pixels(posed.skeleton.valleys)
    along = square[1] - square[0]
    tilt = float(np.hypot(*np.add(posed.presentation.tilt, placement.tilt)))
    place = Pose(
        roll=float(np.rad2deg(np.arctan2(along[1], along[0]))),
        tilt=min(tilt, 90.0),
        side=float(np.hypot(*along)),
        centre=(float(square[:, 0].mean()), float(square[:, 1].mean())),
        palm_width=float(np.hypot(*(valleys[3] - valleys[1]))),
    )
    return Truth(valleys, square, place)


def palm_crop(
    palm: Palm,
    sample: int,
    *,
    bands: Iterable[Band] = BOTH,
    variation: Variation = USUAL,
) -> PalmCrop:
    """A palm crop without a frame: the same skin that a crop cut from ``render`` shows.

    Args:
        palm: whose.
        sample: number of the presentation, ≥ 0, as in :func:`render`.
        bands: wanted bands.
        variation: how much presentations differ.
    """
    posed = _posed(palm, sample, SIZE, variation, Placement())
    shown = posed.presentation
    picture = take(palm, crop_camera(posed, palm.hand, CROP_SIDE), (CROP_SIDE, CROP_SIDE), bands)
    rng = palm.stream(Stream.SENSOR, sample, 0)
    taken = {
        band: sense(image, rng, blur=shown.blur, noise=shown.noise)
        for band, image in picture.bands.items()
    }
    return PalmCrop(taken, picture.skin, palm.hand, 100.0, _truth(palm, posed, Placement()).pose)


def empty(
    seed: int,
    *,
    size: tuple[int, int] = SIZE,
    bands: Iterable[Band] = BOTH,
    time: float = 0.0,
    number: int = 0,
) -> FrameSet:
    """Frames of the dark background alone."""
    rng = np.random.default_rng([seed, number])
    frames = []
    for band in bands:
        dark = sense(background(band, size), rng, noise=0.6 * SYNTHETIC.noise)
        frames.append(Frame(dark, band, time, number))
    return FrameSet(tuple(frames))


def _posed(
    palm: Palm, sample: int, size: tuple[int, int], variation: Variation, placement: Placement
) -> Posed:
    shown = present(palm.person.seed, palm.hand, sample, variation)
    return pose(palm.skeleton, shown, placement, palm.hand, size)
