"""Random skin: Gaussian fields with the spectrum of real relief.

The spectrum is that of :func:`thenar.signature.light.relief` over real crops. Each
palm has a grain of its own: palms' lines rather run one way, left hands' the
other, and every hand has its principal lines at about the same place.
"""

from __future__ import annotations

from functools import cache
from typing import cast

import attrs
import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from thenar.parameters import BENCH, SIGNATURE
from thenar.records import CROP_SIDE
from thenar.signature.orientation import bank

MARGIN = 32
"""Pixels around a crop, so that a palm can be moved under it."""

_SIDE = CROP_SIDE + 2 * MARGIN


@attrs.frozen(eq=False)
class Waves:
    """The coefficients of :func:`numpy.fft.rfft2` for fields of one size.

    Attributes:
        side: of the field.
        frequency: radians a step.
        along: cos 2φ and sin 2φ of each wave's direction, (2, coefficients).
    """

    side: int
    frequency: NDArray[np.float64]
    along: NDArray[np.float64]

    @classmethod
    def of(cls, side: int, step: int = 1) -> Waves:
        """Waves on a torus of ``side`` places, ``step`` pixels apart."""
        down = 2 * np.pi * np.fft.fftfreq(side)[:, None] / step
        right = 2 * np.pi * np.fft.rfftfreq(side) / step
        angle = np.arctan2(down, right)
        along = np.stack([np.cos(2 * angle), np.sin(2 * angle)])
        return cls(side, np.hypot(down, right), along)

    def grain(self, direction: NDArray[np.float64]) -> NDArray[np.float32]:
        """Amplitudes of palms whose lines run by ``direction`` (n, 2): (n, side, side // 2 + 1)."""
        direction = (direction / 2).astype(np.float32)
        grain = np.exp(np.tensordot(direction, self.along.astype(np.float32), 1))
        return cast("NDArray[np.float32]", grain)

    def field(
        self, random: np.random.Generator, amplitude: NDArray[np.float64]
    ) -> NDArray[np.float32]:
        """One field of unit noise shaped by ``amplitude``."""
        noise = random.standard_normal((2, *self.frequency.shape), np.float32)
        shape = (self.side, self.side)
        drawn = np.fft.irfft2((noise[0] + 1j * noise[1]) * amplitude, shape) * self.side
        return cast("NDArray[np.float32]", drawn.astype(np.float32))


def directions(random: np.random.Generator, left: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How palms' lines run: the weights of cos 2φ and sin 2φ in their log power, (n, 2)."""
    mean, spread = np.array(BENCH.grain).T
    drawn = mean + spread * random.standard_normal((len(left), 2))
    drawn[:, 1] *= np.where(left, 1, -1)
    return cast("NDArray[np.float64]", drawn)


def power(omega: NDArray[np.float64]) -> NDArray[np.float64]:
    """Power of the relief at a frequency, in squared standard deviations."""
    at, level = np.array(BENCH.spectrum).T
    return cast("NDArray[np.float64]", np.exp(np.interp(omega, at, np.log(level))))


def captured_alike(omega: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of the power that two captures of one palm have in common, 0..1."""
    at, level = np.array(BENCH.captured_alike).T
    return cast("NDArray[np.float64]", np.interp(omega, at, level))


def palms_alike(omega: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of the power that all palms of a hand have in common, 0..1."""
    at, level = np.array(BENCH.palms_alike).T
    return cast("NDArray[np.float64]", np.interp(omega, at, level))


@cache
def pixels() -> Waves:
    """Waves of a palm drawn as pixels."""
    return Waves.of(_SIDE)


def wander(random: np.random.Generator, count: int) -> NDArray[np.intp]:
    """How far palms have their principal lines from where they are in most: pixels, (n, 2)."""
    far = BENCH.wander * random.standard_normal((count, 2))
    return np.rint(np.clip(far, -MARGIN, MARGIN)).astype(np.intp)


@cache
def typical(left: bool) -> NDArray[np.float32]:
    """What all palms of a hand have in common, a right one being a left one's mirror image."""
    waves = pixels()
    level = power(waves.frequency) * palms_alike(waves.frequency)
    direction = directions(np.random.default_rng(0), np.array([True]))
    amplitude = np.sqrt(level) * waves.grain(direction)[0]
    drawn = waves.field(np.random.default_rng(0), amplitude)
    return drawn if left else drawn[:, ::-1]


@attrs.frozen(eq=False)
class Cells:
    """The eight filters' responses, a cell apart, drawn without ever making pixels.

    A Gaussian field, filtered and sampled, is a Gaussian field again; its spectrum
    is the filtered spectrum, folded.

    Attributes:
        waves: of the cells.
        mixing: float32 (coefficients, 8, 8): matrices that, times their transposes,
            are the responses' joint spectrum.
        typical: float32 (2 hands, 8, pixels): what all palms of a hand have in common.
        places: intp (32 · 32,): where the cells are among the pixels.
    """

    waves: Waves
    mixing: NDArray[np.float32]
    typical: NDArray[np.float32]
    places: NDArray[np.intp]


@cache
def cells() -> Cells:
    """See :class:`Cells`."""
    step, count = CROP_SIDE // SIGNATURE.cells, SIGNATURE.cells
    wave = 2 * np.pi * np.fft.fftfreq(CROP_SIDE)
    omega = np.hypot(wave[:, None], wave)
    filters = [cv2.blur(np.pad(one, 1), (SIGNATURE.pooling,) * 2) for one in bank()]
    responses = np.stack([_response(one) for one in filters])
    own = power(omega) * (1 - palms_alike(omega))
    joint = np.einsum("yx,byx,cyx->yxbc", own, responses, responses)
    folded = joint.reshape(step, count, step, count, 8, 8).mean(axis=(0, 2))
    folded = folded[:, : count // 2 + 1].reshape(-1, 8, 8)
    folded += 1e-9 * np.abs(folded).max() * np.eye(8)
    shared = [
        [cv2.filter2D(typical(left), -1, one).reshape(-1) for one in filters]
        for left in (False, True)
    ]
    at = MARGIN + step // 2 + step * np.arange(count)
    places = (at[:, None] * _SIDE + at).reshape(-1)
    mixing = np.linalg.cholesky(folded).astype(np.float32)
    return Cells(Waves.of(count, step), mixing, np.array(shared), places)


def moved(palms: Cells, left: NDArray[np.bool_], by: NDArray[np.intp]) -> NDArray[np.float32]:
    """What palms of a hand have in common, moved: float32 (8, n, 32 · 32)."""
    start = left.astype(np.intp) * _SIDE**2 + by @ np.array([_SIDE, 1])
    flat = palms.typical.swapaxes(0, 1).reshape(palms.typical.shape[1], -1)
    moved: NDArray[np.float32] = np.take(flat, start[:, None] + palms.places, axis=1)
    return moved


def _response(kernel: MatLike) -> NDArray[np.float64]:
    """The frequency response of a symmetric kernel, which is real: (128, 128)."""
    placed = np.zeros((CROP_SIDE, CROP_SIDE))
    half = len(kernel) // 2
    placed[: len(kernel), : len(kernel)] = kernel
    return np.fft.fft2(np.roll(placed, (-half, -half), (0, 1))).real
