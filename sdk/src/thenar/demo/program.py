"""``thenar demo``."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from rich.console import Console

from thenar.demo.serving import SERVE_PAGE, serve_until_stopped
from thenar.demo.steps import play
from thenar.demo.story import STORY
from thenar.demo.telling import summarise, tell
from thenar.demo.world import World


def run(*, serve: bool = False, webcam: int | None = None, seed: int = 1) -> bool:
    """Play the story; True where every claim held.

    Args:
        serve: leave kiosk and portal up afterwards, until Ctrl-C.
        webcam: index of a camera to use instead of synthetic hands.
        seed: of the people.
    """
    console = Console(highlight=False)
    started = time.perf_counter()
    all_played = []
    with (
        tempfile.TemporaryDirectory(prefix="thenar-demo-") as folder,
        World(Path(folder), seed=seed, webcam=webcam, real_time=serve) as world,
    ):
        steps = list(STORY)
        if serve or webcam is not None:
            steps[2:2] = [SERVE_PAGE]
        for played in play(steps, world):
            all_played.append(played)
            tell(console, played)
        held = summarise(console, all_played, time.perf_counter() - started)
        if serve:
            serve_until_stopped(console, world)
    return held
