"""``thenar new``: a plugin to start from."""

from __future__ import annotations

from pathlib import Path

import click

KINDS = (
    *("camera", "signature", "matcher", "liveness", "card-reader", "payment"),
    *("loyalty", "door", "directory", "notifier", "observer"),
)
"""As the settings call them; written down here so that the help imports nothing."""


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("name")
@click.option(
    "--into",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="Folder in which the plugin's folder is made; this one where not given.",
)
def new(kind: str, name: str, into: Path) -> None:
    """Make a plugin to start from: a small distribution that works and is tested.

    KIND is what it provides; NAME is its distribution's name, lower-case words joined
    by hyphens, e.g. acme-gate. It installs, is listed by thenar plugins, and passes the
    contract suite of its kind as it is; replace it piece by piece.
    """
    from thenar.template import Project

    folder = Project(kind, name).write(into)
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        click.echo(f"  {file.relative_to(into)}")
    click.echo(f"\n{name} works as it is. Try it:\n")
    click.echo(f"  cd {folder}\n  pip install -e '.[test]'\n  pytest\n  thenar plugins")
