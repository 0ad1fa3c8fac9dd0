"""How long a frame takes to become a signature and an answer: ``python -m bench.recognition``.

Milliseconds of processor time on one core, 640×480, synthetic hands.
"""

from __future__ import annotations

import cv2
from bench.synthetic import median

from thenar.capture import acquire, look
from thenar.matching import NumpyMatcher
from thenar.records import Band, FrameSet, Hand
from thenar.signature import BlockCode
from thenar.synthetic import Person, render

PEOPLE = 8
GALLERY = 1000


def main() -> dict[str, float]:
    """Print and return the medians in milliseconds of processor time."""
    cv2.setNumThreads(1)
    maker, matcher = BlockCode(), NumpyMatcher()
    both = [render(Person(seed).palm(Hand.RIGHT), 0) for seed in range(PEOPLE)]
    visible = [FrameSet((frames.band(Band.RGB),)) for frames in both]
    crops = [acquire(frames) for frames in visible]
    signatures = [maker.make([crop]) for crop in crops]
    gallery = matcher.gallery()
    gallery.add((number, signatures[number % PEOPLE]) for number in range(GALLERY))
    probes = [maker.probe([crop]) for crop in crops]
    figures = {
        "frame to crop, RGB": median(lambda k: look(visible[k % PEOPLE])),
        "frame to crop, RGB and NIR": median(lambda k: look(both[k % PEOPLE])),
        "crop to signature": median(lambda k: maker.make([crops[k % PEOPLE]])),
        "frame to signature, RGB": median(lambda k: maker.make([acquire(visible[k % PEOPLE])])),
        "crop to probe": median(lambda k: maker.probe([crops[k % PEOPLE]])),
        f"probe against {GALLERY:,} palms": median(
            lambda k: gallery.score(probes[k % PEOPLE]), repeats=5
        ),
    }
    for name, milliseconds in figures.items():
        print(f"recognition {name:28} {milliseconds:7.1f} ms")
    return figures


if __name__ == "__main__":
    main()
