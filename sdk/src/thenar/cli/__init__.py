"""The command ``thenar``: one module per command, imported only when it is called.

A command module is named as its command and holds a click command of that name.
It receives the :class:`Invocation` through ``@click.pass_obj``. Its line in
``thenar --help`` stands in :data:`COMMANDS`, so that help imports no command.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import click

from thenar import __version__
from thenar.errors import ThenarError

if TYPE_CHECKING:
    from thenar.registry import Registry
    from thenar.settings import Settings

COMMANDS = {
    "access": "Say why a door opens or not, by the site's policy.",
    "bench": "Measure speed and recall.",
    "cloud": "Run the secure service.",
    "demo": "Play the whole story on this machine.",
    "device": "Run and activate a terminal.",
    "doctor": "Check this terminal and say what to do.",
    "evaluate": "Measure error rates on a manifest of images.",
    "new": "Make a plugin to start from.",
    "payments": "Find and settle payments without an answer.",
    "plugins": "List the installed plugins and where each stands.",
    "simulate": "Play a script in the simulated world.",
}
"""Command name → its line in the help; a line without its module is not listed."""

DEFAULT_SETTINGS = Path("thenar.toml")


@attrs.frozen
class Invocation:
    """What was chosen on the command line before the command's name.

    Attributes:
        settings_file: the file to read, or None for ``thenar.toml`` where there is one.
        no_plugins: safe mode; only what Thenar brings itself is loaded.
    """

    settings_file: Path | None = None
    no_plugins: bool = False

    def settings(self) -> Settings:
        """The settings chosen. Raises SettingsError."""
        from thenar.settings import Settings, load_settings

        if self.settings_file is not None:
            return load_settings(self.settings_file)
        return load_settings(DEFAULT_SETTINGS) if DEFAULT_SETTINGS.exists() else Settings()

    def registry(self) -> Registry:
        """The plugins that the settings enable, loaded. Raises SettingsError."""
        from thenar.registry import Registry

        return Registry.load(self.settings(), plugins=not self.no_plugins)


class LazyGroup(click.Group):
    """A group whose commands are modules of one package."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The commands whose module is there."""
        return sorted(name for name in COMMANDS if find_spec(f"{__name__}.{name}"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = getattr(import_module(f"{__name__}.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help lines without importing anything."""
        if commands := self.list_commands(ctx):
            with formatter.section("Commands"):
                formatter.write_dl([(name, COMMANDS[name]) for name in commands])

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an error of Thenar's is told in its own words, without a trace."""
        try:
            return super().invoke(ctx)
        except ThenarError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--settings",
    "settings_file",
    envvar="THENAR_SETTINGS",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Settings file; thenar.toml in this folder where not given.",
)
@click.option("--no-plugins", is_flag=True, help="Safe mode: load only what Thenar brings itself.")
@click.version_option(__version__, prog_name="thenar")
@click.pass_context
def main(ctx: click.Context, settings_file: Path | None, no_plugins: bool) -> None:
    """Contactless palm recognition, extended by plugins."""
    ctx.obj = Invocation(settings_file, no_plugins)
