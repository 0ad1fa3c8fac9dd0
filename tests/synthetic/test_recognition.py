"""What recognition finds on synthetic palms: as hard as real ones, and nothing but identity.

Real palms (contactless, two sessions, one image each, the same code): mates differ in
.22 ± .05 of the bits, others in .46 ± .02.
"""

import cv2
import numpy as np
import pytest

from thenar.matching import NumpyMatcher
from thenar.records import Band
from thenar.signature import BlockCode
from thenar.synthetic import Part, Person, palm_crop

pytestmark = pytest.mark.slow

PEOPLE = range(100, 120)
SHIFTS = [(dy, dx) for dy in range(-4, 5, 2) for dx in range(-4, 5, 2)]


def kernel(angle, omega=0.35, kappa=2.78):
    """A neurophysiological Gabor filter (T. S. Lee 1996), as palm codes use it."""
    y, x = np.mgrid[-8:9, -8:9].astype(float)
    along = x * np.cos(angle) + y * np.sin(angle)
    across = -x * np.sin(angle) + y * np.cos(angle)
    wave = np.cos(omega * along) - np.exp(-(kappa**2) / 2)
    bell = np.exp(-(omega**2) / (8 * kappa**2) * (4 * along**2 + across**2))
    return (bell * wave - (bell * wave).mean()).astype(np.float32)


BANK = [kernel(np.pi * k / 6) for k in range(6)]


def signs(image):
    """Locally normalised responses of six orientations, pooled: bool 6×128×128."""
    image = image.astype(np.float32)
    mean = cv2.blur(image, (31, 31))
    spread = np.sqrt(np.maximum(cv2.blur(image * image, (31, 31)) - mean * mean, 4))
    flat = (image - mean) / spread
    return np.stack([cv2.blur(cv2.filter2D(flat, -1, k), (3, 3)) > 0 for k in BANK])


def cells(planes, dy=0, dx=0):
    rows, columns = (np.arange(10, 118, 4) + shift for shift in (dy, dx))
    return planes[:, rows[:, None], columns[None]].ravel()


def distances(references, probes):
    """Hamming distances, best over shifts: one row a probe."""
    stored = np.stack([cells(planes) for planes in references])
    return np.array(
        [
            np.min([(stored != cells(planes, *shift)).mean(axis=1) for shift in SHIFTS], axis=0)
            for planes in probes
        ]
    )


@pytest.fixture(scope="module")
def crops():
    """Two crops of each person, whole and with everything switched off."""
    made = {}
    for without in ((), tuple(Part)):
        palms = [Person(s, without=without).palm("left" if s % 2 else "right") for s in PEOPLE]
        made[without] = [[palm_crop(palm, k) for palm in palms] for k in range(2)]
    return made


def split(matrix):
    mates = np.eye(len(matrix), dtype=bool)
    return matrix[mates], matrix[~mates]


def area_under_curve(mates, others):
    """Chance that a mate is nearer than another: .5 is chance."""
    return float((mates[:, None] < others[None]).mean() + 0.5 * (mates[:, None] == others).mean())


def grey(crop, band):
    pixels = crop.bands[band]
    return pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)


@pytest.mark.parametrize("band", [Band.RGB, Band.NIR])
def test_palms_are_about_as_hard_as_real_ones(crops, band):
    references, probes = ([signs(grey(c, band)) for c in session] for session in crops[()])
    mates, others = split(distances(references, probes))
    assert 0.18 < mates.mean() < 0.34
    assert 0.03 < mates.std() < 0.10
    assert 0.44 < others.mean() < 0.49
    assert others.std() < 0.03
    assert area_under_curve(mates, others) > 0.97


@pytest.mark.parametrize("band", [Band.RGB, Band.NIR])
def test_without_lines_texture_and_veins_a_plain_code_falls_to_chance(crops, band):
    references, probes = ([signs(grey(c, band)) for c in session] for session in crops[tuple(Part)])
    mates, others = split(distances(references, probes))
    assert area_under_curve(mates, others) == pytest.approx(0.5, abs=0.2)
    assert mates.mean() == pytest.approx(others.mean(), abs=0.02)


def rates(session, probes):
    maker = BlockCode()
    gallery = NumpyMatcher().gallery()
    gallery.add([(k, maker.make([crop])) for k, crop in enumerate(session)])
    matrix = []
    for crop in probes:
        references, found = gallery.score(maker.probe([crop]))
        matrix.append(np.asarray(found)[np.argsort(references)])
    return np.array(matrix)


def test_our_own_recognition_recognises_people_and_falls_to_chance_without_their_marks(crops):
    mates, others = split(rates(*crops[()]))
    assert area_under_curve(mates, others) > 0.99
    mates, others = split(rates(*crops[tuple(Part)]))
    assert area_under_curve(mates, others) == pytest.approx(0.5, abs=0.2)
