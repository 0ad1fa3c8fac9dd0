"""Make the contact sheets of the documentation: ``python docs/pictures/synthetic.py``."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from thenar.records import Band, FrameSet, Hand
from thenar.synthetic import (
    NONE,
    Ink,
    LineType,
    Palm,
    Person,
    hover,
    on_screen,
    palm_crop,
    printed,
    render,
)

Image = NDArray[np.uint8]
STATIC = Path(__file__).parents[1] / "_static"
TILE = (180, 240)


def main() -> None:
    """Write every sheet."""
    STATIC.mkdir(exist_ok=True)
    write("synthetic-palms.png", palms())
    write("synthetic-hands.png", hands())
    write("synthetic-attacks.png", attacks())


def palms() -> Image:
    """One column a line type: the crop in colour and near infrared, and three more samples."""
    columns = []
    for kind in LineType:
        palm = first_of(kind)
        plain = palm_crop(palm, 0, variation=NONE).bands
        tiles = [tile(plain[Band.RGB], kind.value), tile(plain[Band.NIR], "near infrared")]
        tiles += [tile(palm_crop(palm, k).bands[Band.RGB], f"sample {k}") for k in (1, 2)]
        tiles.append(tile(palm_crop(palm, 3).bands[Band.NIR], "sample 3"))
        columns.append(np.vstack(tiles))
    return np.hstack(columns)


def hands() -> Image:
    """People of several tones, both hands, both bands; and a visit."""
    people = sorted((Person(seed) for seed in range(40)), key=lambda p: p.tone.darkness)
    rows = []
    for k, person in enumerate((people[2], people[24], people[38])):
        left, right = (render(person.palm(hand), k) for hand in (Hand.LEFT, Hand.RIGHT))
        rows.append(np.hstack([*pair(left, "left"), *pair(right, "right")]))
    visit = [f for f in hover(people[12].palm(Hand.LEFT), 5, fps=20) if in_sight(f)]
    shown = [visit[k] for k in (0, 3, len(visit) // 2, -2)]
    names = ("approaches", "comes near", "hovers", "leaves")
    rows.append(np.hstack([pair(f, n)[0] for f, n in zip(shown, names, strict=True)]))
    return np.vstack(rows)


def attacks() -> Image:
    """A genuine hand, a print in toner and in dye, a print of the veins, a screen."""
    palm = Person(9).palm(Hand.LEFT)
    shows = {
        "genuine": render(palm, 0, variation=NONE),
        "laser print": printed(palm, 0),
        "ink-jet print": printed(palm, 0, ink=Ink.DYE),
        "print of veins": printed(palm, 0, of=Band.NIR),
        "screen": on_screen(palm, 0),
    }
    return np.hstack([np.vstack(pair(frames, name)) for name, frames in shows.items()])


def in_sight(frames: FrameSet) -> bool:
    """Whether a good part of a hand is."""
    return bool((frames.primary.pixels > 60).mean() > 0.04)


def first_of(kind: LineType) -> Palm:
    """The left palm with this line type of the first person who has one."""
    return next(palm for s in count(20) if (palm := Person(s).palm(Hand.LEFT)).line_type is kind)


def pair(frames: FrameSet, name: str) -> list[Image]:
    """Both bands as labelled tiles."""
    return [tile(frame.pixels, f"{name}, {frame.band.value}") for frame in frames.frames]


def tile(pixels: Image, name: str) -> Image:
    """RGB, labelled; crops enlarged, frames reduced."""
    height, width = (TILE[0], TILE[0]) if pixels.shape[0] == pixels.shape[1] else TILE
    how = cv2.INTER_CUBIC if pixels.shape[0] < height else cv2.INTER_AREA
    image = cv2.resize(pixels, (width, height), interpolation=how)
    if image.ndim == 2:
        image = cv2.cvtColor(image, cv2.COLOR_GRAY2RGB)
    image[height - 20 :] //= 3
    font = cv2.FONT_HERSHEY_SIMPLEX
    cv2.putText(image, name, (6, height - 6), font, 0.42, (255, 255, 255), 1, cv2.LINE_AA)
    return np.asarray(image, np.uint8)


def write(name: str, image: Image) -> None:
    """As PNG."""
    cv2.imwrite(
        str(STATIC / name), cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_PNG_COMPRESSION, 9]
    )


if __name__ == "__main__":
    main()
