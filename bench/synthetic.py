"""How fast synthetic palms are made, on one core: ``python -m bench.synthetic``."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import cv2

from thenar.synthetic import Palm, Person, on_screen, palm_crop, printed, render

REPEATS = 25


def main() -> dict[str, float]:
    """Print and return the medians in milliseconds of processor time."""
    cv2.setNumThreads(1)
    palm = Person(1).palm("left")
    figures = {
        "identity": median(lambda k: built(Person(100 + k).palm("left")), 5),
        "crop, RGB and NIR": median(lambda k: palm_crop(palm, k)),
        "frame 640×480, RGB and NIR": median(lambda k: render(palm, k)),
        "print 640×480, RGB and NIR": median(lambda k: printed(palm, 1, number=k)),
        "screen 640×480, RGB and NIR": median(lambda k: on_screen(palm, 1, number=k)),
    }
    for name, milliseconds in figures.items():
        print(f"synthetic {name:28} {milliseconds:7.1f} ms")
    return figures


def built(palm: Palm) -> None:
    """Everything that is kept of a palm."""
    palm.maps(0)
    palm.maps(1)
    palm.roundness  # noqa: B018
    palm.folds  # noqa: B018


def median(make: Callable[[int], object], repeats: int = REPEATS) -> float:
    """Median milliseconds of processor time, after one call to warm up."""
    make(0)
    times = []
    for k in range(1, repeats + 1):
        start = time.process_time()
        make(k)
        times.append(time.process_time() - start)
    return 1000 * statistics.median(times)


if __name__ == "__main__":
    main()
