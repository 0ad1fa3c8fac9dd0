"""Guess the hand by its colours: regions of like colour, and of colours that are alike.

Where a room has many colours no single threshold parts the hand from it. The
picture's colours are gathered into a few (k-means, Lloyd 1982), and these are
joined, the two nearest first (Ward 1963). Every region on the way that has room
for a palm is a guess; the roomiest, nearest to the middle and likest to skin, first.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from thenar.capture.hand import inside, largest_disc
from thenar.capture.skin import within_range
from thenar.parameters import CAPTURE
from thenar.records import Band


def regions(small: MatLike, band: Band) -> list[MatLike]:
    """Masks (uint8, 0 or 255) of regions with room for a palm, likeliest first.

    Args:
        small: uint8 H×W or H×W×3 RGB, as for :func:`thenar.capture.segment.guesses`.
        band: the light it was taken in.
    """
    height, width = small.shape[:2]
    scale = min(1.0, CAPTURE.cluster_side / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    tiny = cv2.GaussianBlur(cv2.resize(small, size, interpolation=cv2.INTER_AREA), (0, 0), 1.0)
    colours = _colours(tiny, band)
    ranked = []
    for mask in _joined(colours):
        found = _roomiest(mask)
        if found is None:
            continue
        region, radius, (x, y) = found
        central = np.exp(-(np.hypot(x / size[0] - 0.5, y / size[1] - 0.5) ** 2) / 0.18)
        ranked.append((radius * central * _skin(tiny, region, band), region))
    ranked.sort(key=lambda pair: -pair[0])
    return [
        np.where(cv2.resize(region, (width, height)) > 127, np.uint8(255), np.uint8(0))
        for _, region in ranked[: CAPTURE.regions]
    ]


def _colours(tiny: MatLike, band: Band) -> NDArray[np.float32]:
    """H×W×C: what k-means sees; lightness counts half, since shadows fall on hands."""
    if band is not Band.RGB:
        return np.asarray(tiny[..., None], np.float32)
    lab = cv2.cvtColor(tiny, cv2.COLOR_RGB2LAB).astype(np.float32)
    return lab * np.array([CAPTURE.lightness_weight, 1.0, 1.0], np.float32)


def _joined(colours: NDArray[np.float32]) -> Iterator[NDArray[np.bool_]]:
    """The region of each colour, then of the two nearest joined, and so on to two."""
    flat = colours.reshape(-1, colours.shape[2])
    cv2.setRNGSeed(0)  # its start is random; the same frame must give the same hand
    rules = (cv2.TERM_CRITERIA_MAX_ITER + cv2.TERM_CRITERIA_EPS, 10, 0.5)
    _, labels, means = cv2.kmeans(
        flat, CAPTURE.clusters, np.empty(0, np.int32), rules, 1, cv2.KMEANS_PP_CENTERS
    )
    labels = labels.reshape(colours.shape[:2])
    groups = {label: labels == label for label in range(len(means))}
    centres = dict(enumerate(np.asarray(means, np.float64)))
    yield from groups.values()
    while len(groups) > 2:
        one, other = min(
            ((a, b) for a in groups for b in groups if a < b),
            key=lambda pair: _apart(groups, centres, *pair),
        )
        sizes = np.count_nonzero(groups[one]), np.count_nonzero(groups[other])
        centres[one] = np.average([centres[one], centres[other]], axis=0, weights=sizes)
        groups[one] = groups[one] | groups.pop(other)
        yield groups[one]


def _apart(
    groups: dict[int, NDArray[np.bool_]],
    centres: dict[int, NDArray[np.float64]],
    one: int,
    other: int,
) -> float:
    """How much variance joining two groups adds (Ward 1963)."""
    a, b = np.count_nonzero(groups[one]), np.count_nonzero(groups[other])
    return float(a * b / (a + b) * np.square(centres[one] - centres[other]).sum())


def _roomiest(mask: NDArray[np.bool_]) -> tuple[MatLike, float, tuple[int, int]] | None:
    """The blob in which the largest disc fits, with that disc; None if it is no palm's."""
    closed = cv2.morphologyEx(mask.astype(np.uint8) * 255, cv2.MORPH_CLOSE, np.ones((3, 3)))
    (x, y), radius = largest_disc(inside(closed))
    if radius < CAPTURE.radius_share[0] * min(mask.shape):
        return None
    _, labels = cv2.connectedComponents(closed, connectivity=4)
    blob = np.where(labels == labels[y, x], np.uint8(255), np.uint8(0))
    share = np.count_nonzero(blob) / blob.size
    if not CAPTURE.smallest_hand < share < CAPTURE.largest_hand:
        return None
    return blob, radius, (x, y)


def _skin(tiny: MatLike, region: MatLike, band: Band) -> float:
    """0.2 to 1: share of the region within skin's range of chroma (Chai and Ngan 1999)."""
    if band is not Band.RGB:
        return 1.0
    chroma = cv2.cvtColor(tiny, cv2.COLOR_RGB2YCrCb)
    return 0.2 + 0.8 * float(within_range(chroma)[region > 0].mean())
