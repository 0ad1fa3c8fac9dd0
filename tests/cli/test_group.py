"""The command ``thenar``: light, and plain about what is wrong."""

import importlib.util
import subprocess
import sys

import pytest
from click.testing import CliRunner

import thenar
from thenar.cli import COMMANDS, main


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run the command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("THENAR_SETTINGS", raising=False)
    return lambda *words, **kwargs: CliRunner().invoke(main, list(words), **kwargs)


def imported_by(*arguments):
    """Names of the modules that one run of the program imports."""
    code = (
        "import sys, runpy\n"
        f"sys.argv = ['thenar', *{list(arguments)!r}]\n"
        "try:\n    from thenar.cli import main; main()\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        "print('IMPORTED', *sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    return set(told.split("IMPORTED")[1].split())


HEAVY = {"numpy", "cv2", "cattrs", "rich", "fastapi", "httpx", "sqlalchemy", "cryptography"}


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["plugins", "--help"]], ids=" ".join
)
def test_help_is_light(arguments):
    assert not imported_by(*arguments) & HEAVY


def test_help_of_the_group_imports_no_command():
    assert not {name for name in imported_by("--help") if name.startswith("thenar.cli.")}


def test_help_lists_the_commands_that_are_there(run):
    told = run("--help").output
    for name in COMMANDS:
        there = importlib.util.find_spec(f"thenar.cli.{name}") is not None
        assert (f"\n  {name} " in told) == there, name


def test_every_command_module_has_its_line_and_its_command():
    context = None
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command.name == name
    modules = {
        path.stem
        for path in importlib.util.find_spec("thenar.cli")
        .loader.get_resource_reader("thenar.cli")
        .files()
        .iterdir()
        if path.suffix == ".py" and not path.stem.startswith("_")
    }
    assert modules <= set(COMMANDS)


def test_version(run):
    assert run("--version").output == f"thenar, version {thenar.__version__}\n"


def test_unknown_command(run):
    result = run("plugin")
    assert result.exit_code == 2
    assert "No such command 'plugin'" in result.output


def test_error_is_told_without_a_trace(run, tmp_path):
    (tmp_path / "thenar.toml").write_text("[plugin]\n", encoding="utf-8")
    result = run("plugins")
    assert result.exit_code == 1
    assert result.output.startswith("Error: thenar.toml, line 1, [plugin]: unknown table")
    assert "Traceback" not in result.output


def test_settings_come_from_the_option_then_the_environment_then_the_folder(run, tmp_path):
    for name in ("thenar", "environment", "option"):
        (tmp_path / f"{name}.toml").write_text(f"[camera.{name}]\n", encoding="utf-8")
    environment = {"THENAR_SETTINGS": "environment.toml"}
    assert "[camera.thenar]" in run("plugins").output
    assert "[camera.environment]" in run("plugins", env=environment).output
    told = run("--settings", "option.toml", "plugins", env=environment).output
    assert "[camera.option]" in told


def test_settings_file_that_is_not_there(run):
    result = run("--settings", "absent.toml", "plugins")
    assert result.exit_code == 2
    assert "absent.toml" in result.output
