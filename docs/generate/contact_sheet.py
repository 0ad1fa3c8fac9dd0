"""Draw docs/_static/contact-sheet.jpg: ``python docs/generate/contact_sheet.py``.

A row a person: the two hands in visible light, one in near infrared, and palm crops.
"""

from pathlib import Path

import cv2
import numpy as np

from thenar.records import Band, Hand
from thenar.synthetic import Person, palm_crop, render

FILE = Path(__file__).parents[1] / "_static" / "contact-sheet.jpg"
SEEDS, HEIGHT, SPACE = (11, 27, 5), 210, 6


def picture(pixels: np.ndarray) -> np.ndarray:
    """RGB of one height."""
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., None], 3, axis=2)
    width = round(pixels.shape[1] * HEIGHT / pixels.shape[0])
    method = cv2.INTER_AREA if pixels.shape[0] > HEIGHT else cv2.INTER_CUBIC
    return cv2.resize(pixels, (width, HEIGHT), interpolation=method)


def row(seed: int) -> np.ndarray:
    """One person."""
    person = Person(seed)
    right, left = (render(person.palm(hand), 0) for hand in (Hand.RIGHT, Hand.LEFT))
    crop = palm_crop(person.palm(Hand.RIGHT), 1)
    shown = [
        left.band(Band.RGB).pixels,
        right.band(Band.RGB).pixels,
        right.band(Band.NIR).pixels,
        crop.bands[Band.RGB],
        crop.bands[Band.NIR],
    ]
    gap = np.zeros((HEIGHT, SPACE, 3), np.uint8)
    return np.hstack([part for pixels in shown for part in (picture(pixels), gap)][:-1])


def main() -> None:
    """Write the file."""
    gap = None
    rows = []
    for seed in SEEDS:
        one = row(seed)
        gap = np.zeros((SPACE, one.shape[1], 3), np.uint8)
        rows += [one, gap]
    sheet = np.vstack(rows[:-1])
    cv2.imwrite(str(FILE), cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 85])
    print(FILE, sheet.shape, FILE.stat().st_size)


if __name__ == "__main__":
    main()
