"""An environment with nothing in it but what wheels bring: Thenar's, and those of plugins.

Wheels are built from the checkout once a session; nothing is imported from it.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import attrs
import pytest

from thenar.template import Project

ROOT = Path(__file__).parents[2]
UV = ROOT / ".tools" / "bin" / "uv"
KINDS = (
    *("camera", "signature", "matcher", "liveness", "card_reader", "payment"),
    *("loyalty", "door", "directory", "notifier", "observer"),
)
EXAMPLES = ("office-badge", "retailer-payment", "stadium-gate")

CONFTEST = """
import json
seen = {}
def pytest_runtest_logreport(report):
    if report.when == "call" or report.outcome != "passed":
        project = report.nodeid.split("/")[0]
        seen.setdefault(project, {}).setdefault(report.outcome, []).append(report.nodeid)
def pytest_sessionfinish(session):
    (session.config.rootpath / "seen.json").write_text(json.dumps(seen))
"""


def name_of(kind):
    return f"acme-{kind.replace('_', '-')}"


@attrs.frozen
class Environment:
    """An empty virtual environment, in a folder away from the checkout.

    Attributes:
        folder: of everything.
    """

    folder: Path

    @property
    def bin(self):
        return self.folder / "venv" / "bin"

    def run(self, *words, cwd=None, check=True):
        """Run a program of the environment; what it printed."""
        quiet = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "THENAR_"))}
        done = subprocess.run(
            [str(self.bin / words[0]), *map(str, words[1:])],
            cwd=cwd or self.folder,
            env={**quiet, "HOME": str(self.folder), "VIRTUAL_ENV": str(self.folder / "venv")},
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def uv(*words, cwd):
    done = subprocess.run(
        [UV, *map(str, words)], cwd=cwd, capture_output=True, text=True, timeout=280, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """Thenar, a generated plugin of every kind and the examples, installed from wheels."""
    folder = tmp_path_factory.mktemp("empty")
    made = Environment(folder)
    projects = folder / "projects"
    projects.mkdir()
    for kind in KINDS:
        Project(kind, name_of(kind)).write(projects)
    sources = [ROOT / "sdk", *sorted(projects.iterdir())]
    sources += [ROOT / "examples" / name for name in EXAMPLES]
    for source in sources:
        uv("build", "--quiet", "--wheel", "--out-dir", folder / "wheels", source, cwd=folder)
    uv("venv", "--quiet", "--python", sys.executable, folder / "venv", cwd=folder)
    python = made.bin / "python"
    wheels = sorted((folder / "wheels").glob("*.whl"))
    uv("pip", "install", "--quiet", "--python", python, *wheels, "pytest", cwd=folder)
    return made


@pytest.fixture(scope="session")
def outcomes(environment):
    """Project → outcome → its tests, of the generated plugins and the examples."""
    tests = environment.folder / "tests"
    tests.mkdir()
    for kind in KINDS:
        name = name_of(kind)
        (tests / name).symlink_to(environment.folder / "projects" / name / "tests")
    for name in EXAMPLES:
        (tests / name).symlink_to(ROOT / "examples" / name / "tests")
    (tests / "conftest.py").write_text(CONFTEST)
    (tests / "pytest.ini").write_text(
        "[pytest]\naddopts = --import-mode=importlib -p no:cacheprovider\nfilterwarnings = error\n"
    )
    environment.run("pytest", "-q", "--tb=short", cwd=tests, check=False)
    return json.loads((tests / "seen.json").read_text())
