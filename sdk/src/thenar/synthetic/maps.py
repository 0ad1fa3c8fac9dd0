"""A palm's maps as they are kept: bytes, at a few sizes."""

from __future__ import annotations

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Area = tuple[slice, slice]

SPREADS = 5.0
"""Ridges and mottling are kept within ± this many spreads."""
FAR = 0.25
"""Distances to the outline are kept within ± this many palm widths."""


@attrs.frozen(eq=False)
class Maps:
    """What is seen of one hand, all maps of one size; about 3 MB at full size.

    Attributes:
        depth: uint8, depth of creases.
        owner: uint8, whose crease each pixel is; 0 nobody's.
        ridges: uint8, height of the ridge texture; 128 is level.
        mottle: uint8, fixed mottling; 128 is the mean.
        veins: uint8, how dark the veins are.
        distance: int16, signed distance to the outline, positive on the hand.
    """

    depth: Bytes
    owner: Bytes
    ridges: Bytes
    mottle: Bytes
    veins: Bytes
    distance: NDArray[np.int16]

    @classmethod
    def keep(
        cls, depth: Float, owner: Bytes, ridges: Float, mottle: Float, veins: Float, distance: Float
    ) -> Maps:
        """Round maps to what is kept."""
        return cls(
            depth=_bytes(depth, 255, 0),
            owner=owner,
            ridges=_bytes(ridges, 127 / SPREADS, 128),
            mottle=_bytes(mottle, 127 / SPREADS, 128),
            veins=_bytes(veins, 255, 0),
            distance=np.asarray(np.clip(distance, -FAR, FAR) * (32767 / FAR), np.int16),
        )

    def shrunk(self, factor: float) -> Maps:
        """The same at ``factor`` (< 1) of the size."""

        def area(image: NDArray[np.uint8] | NDArray[np.int16], how: int) -> NDArray[np.generic]:
            return np.asarray(cv2.resize(image, None, fx=factor, fy=factor, interpolation=how))

        return Maps(
            depth=np.asarray(area(self.depth, cv2.INTER_AREA), np.uint8),
            owner=np.asarray(area(self.owner, cv2.INTER_NEAREST_EXACT), np.uint8),
            ridges=np.asarray(area(self.ridges, cv2.INTER_AREA), np.uint8),
            mottle=np.asarray(area(self.mottle, cv2.INTER_AREA), np.uint8),
            veins=np.asarray(area(self.veins, cv2.INTER_AREA), np.uint8),
            distance=np.asarray(area(self.distance, cv2.INTER_AREA), np.int16),
        )

    def crease(self, strengths: Float, area: Area) -> Float:
        """Depths 0..1 in an area after each owner's strength (float32, 256) is applied."""
        faded = cv2.LUT(self.owner[area], strengths * np.float32(1 / 255))
        return np.asarray(cv2.multiply(faded, self.depth[area], dtype=cv2.CV_32F), np.float32)

    def ridge_height(self, area: Area, factor: float = 1.0) -> Float:
        """In spreads, times a factor."""
        return _spreads(self.ridges[area], factor)

    def blood(self, area: Area, factor: float = 1.0) -> Float:
        """In spreads, times a factor."""
        return _spreads(self.mottle[area], factor)

    def vein(self, area: Area) -> Float:
        """0..1."""
        return self.veins[area] * np.float32(1 / 255)

    def inside(self, area: Area) -> Float:
        """Palm widths from the outline, positive on the hand."""
        return self.distance[area] * np.float32(FAR / 32767)


def _bytes(image: Float, scale: float, zero: float) -> Bytes:
    return np.asarray(np.clip(np.rint(image * scale + zero), 0, 255), np.uint8)


def _spreads(image: Bytes, factor: float) -> Float:
    table = (np.arange(256, dtype=np.float32) - 128) * np.float32(factor * SPREADS / 127)
    return np.asarray(cv2.LUT(image, table), np.float32)
