"""``thenar simulate``: play a script in the simulated world."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("script", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seed", type=int, help="Which synthetic people take part; the script's otherwise.")
def simulate(script: Path, seed: int | None) -> None:
    """Play a script in the simulated world, and say whether it went as expected.

    SCRIPT is a TOML file that says who there is, what they do in which order, what
    fails meanwhile, and how each step must end. The secure service and the terminal
    are the real ones, with real HTTP between them; people, hardware, services around
    them and time are simulated. Exit status 0 means that every expectation held.
    """
    import tempfile

    from rich.console import Console

    from thenar.testing.script import play, read_script
    from thenar.testing.script.telling import summarise, tell
    from thenar.testing.world import World

    read = read_script(script)
    console = Console(highlight=False)
    console.print(f"[bold]{read.title}[/]\n", markup=True)
    with (
        tempfile.TemporaryDirectory(prefix="thenar-simulation-") as folder,
        World(Path(folder), seed=read.seed if seed is None else seed) as world,
    ):
        all_played = []
        for played in play(read, world):
            tell(console, played)
            all_played.append(played)
        held = summarise(console, read, all_played, world)
    raise SystemExit(0 if held else 1)
