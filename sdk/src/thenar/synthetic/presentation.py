"""One showing of one palm: everything about it that belongs to the sample."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from thenar.parameters import SYNTHETIC
from thenar.records import Hand
from thenar.synthetic.streams import Stream, stream
from thenar.synthetic.variation import USUAL, Variation

Float = NDArray[np.float32]
ELASTIC_GRID = (9, 7)
"""Rows and columns of the grid of random displacements of the skin."""
MOUND_COUNT = 7


@attrs.frozen(eq=False)
class Light:
    """One lamp and the rest of the room, as one band sees them.

    Attributes:
        direction: (x, y) towards the lamp in the image, length 0 overhead … 1 grazing.
        centre: (x, y) where it falls brightest, in shares of frame width and height.
        falloff: share of light lost at one frame height from there.
        ambient: share of light that comes from everywhere.
        exposure: factor on linear light.
        gloss: strength of highlights on the skin.
    """

    direction: tuple[float, float]
    centre: tuple[float, float]
    falloff: float
    ambient: float
    exposure: float
    gloss: float


@attrs.frozen(eq=False)
class Presentation:
    """Everything about one showing of one palm (ISO/IEC 30107-3: a presentation).

    Attributes:
        roll, tilt: degrees; tilt about the image's x and y axis.
        shift: of the palm in shares of the frame's height.
        scale: factor.
        spread: float64 (5,), degrees that each finger turns away from the middle one.
        elastic: float32 (rows, columns, 2), displacements of the skin in palm widths.
        strengths: float32 (256,), how deep each owner's creases are.
        relief: factor on the ridge texture.
        flexion: how deep the skin folds along its creases, around 1.
        mounds: float64 (7,), factors on the heights of the palm's mounds.
        rgb, nir: light in each band.
        tint: factors on red, green and blue.
        flush: added redness, in spreads of the mottling.
        clouds: seed of the mottling that comes and goes.
        ring: finger number 0..4 and position along its first bone 0..1, or None.
        plaster: (u, v, angle in radians) of a plaster, or None.
        sleeve: v from which the forearm is covered, or None.
        blur, noise: pixels, grey levels.
        registration: float64 (4,), shift u and v, turn in radians, log scale.
    """

    roll: float
    tilt: tuple[float, float]
    shift: tuple[float, float]
    scale: float
    spread: NDArray[np.float64]
    elastic: Float
    strengths: Float
    relief: float
    flexion: float
    mounds: NDArray[np.float64]
    rgb: Light
    nir: Light
    tint: tuple[float, float, float]
    flush: float
    clouds: int
    ring: tuple[int, float] | None
    plaster: tuple[float, float, float] | None
    sleeve: float | None
    blur: float
    noise: float
    registration: NDArray[np.float64]


def present(seed: int, hand: Hand, sample: int, variation: Variation = USUAL) -> Presentation:
    """Draw one presentation of a person's palm.

    The draws come in a fixed order whatever the variation, so a change of one
    spread leaves everything else as it was.
    """
    rng = stream(seed, hand, Stream.PRESENTATION, sample)
    normal = rng.standard_normal
    # Some presentations are careless in everything at once: real spreads have long tails.
    care = float(np.exp(SYNTHETIC.carelessness * normal()))
    v = attrs.evolve(
        variation,
        roll=care * variation.roll,
        tilt=care * variation.tilt,
        spread=care * variation.spread,
        elasticity=care * variation.elasticity,
        registration=care * variation.registration,
    )
    roll = v.roll * normal()
    tilt = v.tilt * normal(2)
    shift = v.shift * normal(2)
    scale = float(np.exp(v.scale * normal()))
    spread = v.spread * (normal(5) * 0.6 + normal() * np.array([1.0, 1.0, 0.1, -0.7, -1.2]))
    elastic = v.elasticity * normal((*ELASTIC_GRID, 2))
    strengths = _strengths(rng, v)
    relief = float(np.exp(v.fading * normal()))
    mounds = 1 + min(v.light, 1.0) * SYNTHETIC.mound_jitter * normal(MOUND_COUNT)
    rgb, nir = _light(rng, v.light, even=0.0), _light(rng, v.light, even=0.5)
    tint = np.exp(v.light * SYNTHETIC.tint_jitter * normal(3))
    flush = v.light * SYNTHETIC.flush * float(normal())
    clouds = int(rng.integers(2**31))
    ring = (int(rng.integers(1, 5)), float(rng.uniform(0.35, 0.6)))
    ring_here = rng.random() < v.rings
    plaster = (
        float(rng.uniform(-0.7, 0.7)),
        float(rng.uniform(-0.9, 1.4)),
        float(rng.uniform(0, 3)),
    )
    plaster_here = rng.random() < v.plasters
    sleeve = float(rng.uniform(2.25, 2.9))
    sleeve_here = rng.random() < v.sleeves
    blur, noise = v.blur * rng.random(), v.noise * rng.uniform(0.4, 1)
    registration = v.registration * normal(4)
    flexion = v.light * float(rng.normal(0.8, 0.7))
    return Presentation(
        roll=float(roll),
        tilt=(float(tilt[0]), float(tilt[1])),
        shift=(float(shift[0]), float(shift[1])),
        scale=scale,
        spread=spread,
        elastic=elastic.astype(np.float32),
        strengths=strengths,
        relief=relief,
        flexion=flexion,
        mounds=mounds,
        rgb=rgb,
        nir=nir,
        tint=(float(tint[0]), float(tint[1]), float(tint[2])),
        flush=flush,
        clouds=clouds,
        ring=ring if ring_here else None,
        plaster=plaster if plaster_here else None,
        sleeve=sleeve if sleeve_here else None,
        blur=float(blur),
        noise=float(noise),
        registration=registration,
    )


def _strengths(rng: np.random.Generator, v: Variation) -> Float:
    """Each owner's depth: some wrinkles do not show, the rest vary."""
    along = rng.standard_normal(256)
    neighbours = sum(np.roll(along, shift) for shift in range(6)) / np.sqrt(6)
    strengths = np.exp(v.fading * neighbours)
    share = rng.uniform(0, 1) * (v.dryness[1] - v.dryness[0]) + v.dryness[0]
    gone = rng.random(256) < share
    gone[: SYNTHETIC.principal_owners] = False
    strengths[gone] *= SYNTHETIC.dry_remainder
    return np.asarray(strengths, np.float32)


def _light(rng: np.random.Generator, much: float, *, even: float) -> Light:
    """One band's light; ``even`` 0..1 brings the lamp nearer the camera's axis."""
    angle = rng.uniform(0, 2 * np.pi)
    slant = min(1.0, much * rng.uniform(0.1, SYNTHETIC.light_slant) * (1 - even))
    middle = 0.5 + much * SYNTHETIC.light_wander * rng.standard_normal(2)
    falloff = SYNTHETIC.light_falloff * much * rng.uniform(0.3, 1)
    ambient = 1 - 0.6 * min(1.0, much) * rng.uniform(0.3, 1)
    exposure = np.exp(much * SYNTHETIC.exposure_jitter * rng.standard_normal())
    gloss = much * rng.uniform(0, SYNTHETIC.gloss)
    return Light(
        (float(slant * np.cos(angle)), float(slant * np.sin(angle))),
        (float(middle[0]), float(middle[1])),
        float(falloff),
        float(ambient),
        float(exposure),
        float(gloss),
    )
