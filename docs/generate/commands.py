"""The command line: the help of every command, as it prints it."""

from collections.abc import Iterator

import click

from thenar.cli import main

HEAD = """# Command line

`thenar` finds its settings in the file given with `--settings`, else in the one that the
environment variable `THENAR_SETTINGS` names, else in `thenar.toml` in the current folder. An
error ends a command with status 1 and one message; wrong use ends it with status 2.

"""


def every() -> Iterator[tuple[str, click.Command, click.Context]]:
    """Each command with its full name, groups first."""
    yield from _below(
        main, click.Context(main, info_name="thenar", terminal_width=88, **main.context_settings)
    )


def _below(
    command: click.Command, context: click.Context
) -> Iterator[tuple[str, click.Command, click.Context]]:
    yield context.command_path, command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            with click.Context(inner, info_name=name, parent=context, terminal_width=88) as below:
                yield from _below(inner, below)


def page() -> str:
    """The page."""
    parts = [
        f"## {path}\n\n```text\n{command.get_help(context)}\n```\n"
        for path, command, context in every()
    ]
    return HEAD + "\n".join(parts)
