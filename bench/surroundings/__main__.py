"""Where the palm is found when a photographed hand is put into other surroundings.

python -m bench.surroundings palms.csv [--every 4] [--only WORD ...] [--seed 7]

Takes every nth probe of kind ``hand``. *Wrong* is more than a tenth of the crop
away, 6° or 12 % off, or the other hand, against the crop of the untouched photograph;
a hand whose side the picture does not show is not wrong.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from bench.surroundings.scenes import SCENES, Hand, Scene
from rich.console import Console
from rich.progress import track
from rich.table import Table

from thenar import evaluation, trace
from thenar.capture import look
from thenar.evaluation.images import read_image
from thenar.evaluation.manifest import Entry, Kind
from thenar.records import Band, Frame, FrameSet, PalmCrop
from thenar.records import Hand as Side


def hands(entries: list[Entry]) -> Iterator[Hand]:
    """Photographs with what is found in them as they are."""
    for entry in track(entries, "Looking at the photographs"):
        pixels = cv2.resize(read_image(entry), (800, 600), interpolation=cv2.INTER_AREA)
        with trace.tap("capture.silhouette") as seen:
            crop = look(FrameSet((Frame(np.asarray(pixels, np.uint8), Band.RGB),))).crop
        if crop is not None:
            silhouette = cv2.resize(seen["capture.silhouette"], (800, 600)) > 127
            yield Hand(np.asarray(pixels, np.uint8), silhouette, crop)


def wrong(crop: PalmCrop, hand: Hand, scene: Scene) -> bool:
    """Whether a crop is elsewhere than the photograph's own, moved with it."""
    before, turn = hand.crop.pose, scene.moved[:, :2]
    centre = turn @ before.centre + scene.moved[:, 2]
    scale = np.sqrt(abs(np.linalg.det(turn)))
    angle = np.radians(before.roll)
    up = turn @ (np.sin(angle), -np.cos(angle))
    roll = np.degrees(np.arctan2(up[0], -up[1]))
    side = before.side * scale
    away = np.hypot(*(np.array(crop.pose.centre) - centre)) / side
    off = abs((crop.pose.roll - roll + 180) % 360 - 180)
    larger = abs(np.log(crop.pose.side / side))
    same = crop.hand is hand.crop.hand
    other = crop.hand is not Side.UNKNOWN and same is scene.mirrored
    return bool(away > 0.1 or off > 6 or larger > 0.12 or other)


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.surroundings", description=__doc__)
    options.add_argument("manifest", type=Path)
    options.add_argument("--every", type=int, default=4)
    options.add_argument("--only", nargs="*", default=[""])
    options.add_argument("--seed", type=int, default=7)
    chosen = options.parse_args()
    manifest = evaluation.read_manifest(chosen.manifest)
    entries = [entry for entry in manifest.probes if entry.kind is Kind.HAND][:: chosen.every]
    photographs = list(hands(entries))
    table = Table("surroundings", "hands", "not found", "wrong", "ms, median", "ms, 95 %")
    for number, (name, make) in enumerate(SCENES.items()):
        if not any(word in name for word in chosen.only):
            continue
        missed = misplaced = 0
        taken = []
        for which, hand in enumerate(track(photographs, name)):
            scene = make(hand, np.random.default_rng((chosen.seed, number, which)))
            frames = FrameSet((Frame(scene.pixels, scene.band),))
            started = time.thread_time()
            crop = look(frames).crop
            taken.append(1000 * (time.thread_time() - started))
            missed += crop is None
            misplaced += crop is not None and wrong(crop, hand, scene)
        speed = (f"{value:.0f}" for value in np.percentile(taken, (50, 95)))
        table.add_row(name, str(len(photographs)), str(missed), str(misplaced), *speed)
    Console().print(table)


if __name__ == "__main__":
    cv2.setNumThreads(1)
    main()
