"""``thenar demo``: play the whole story on this machine."""

from __future__ import annotations

import click


@click.command()
@click.option("--serve", is_flag=True, help="Leave the kiosk and the portal up afterwards.")
@click.option("--camera", type=click.IntRange(min=0), help="Use this webcam and your own palm.")
@click.option("--seed", default=1, show_default=True, help="Which synthetic people take part.")
def demo(*, serve: bool, camera: int | None, seed: int) -> None:
    """Play the whole story on this machine.

    Starts the secure service and a terminal with real HTTP between them, a synthetic
    camera, and a simulated card reader, processor, loyalty programme, gate and door.
    Everything lies in a temporary folder. Exit status 0 means that every claim held.
    """
    from thenar.demo.program import run

    raise SystemExit(0 if run(serve=serve, webcam=camera, seed=seed) else 1)
