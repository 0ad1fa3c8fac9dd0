"""The promised surface imports without numpy and OpenCV, and nothing reads the environment."""

import subprocess
import sys

import pytest

LIGHT = [
    "thenar",
    "thenar.errors",
    "thenar.records",
    "thenar.protocols",
    "thenar.hookspecs",
    "thenar.trace",
    "thenar.parameters",
    "thenar.builtin",
    "thenar.settings",
    "thenar.registry",
    "thenar.cli",
    "thenar.testing",
    "thenar.testing.pytest_plugin",
]


def python(code):
    """What a fresh interpreter prints."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.mark.parametrize("module", LIGHT)
def test_loads_neither_numpy_nor_opencv(module):
    heavy = python(
        f"import sys, {module}; print(*{{'numpy', 'cv2', 'pyroaring'}} & set(sys.modules))"
    )
    assert heavy == ""


def test_thenar_itself_loads_hardly_more_than_pluggy():
    loaded = python(
        "import sys, thenar; print(*(m for m in sys.modules if m.startswith('thenar')))"
    )
    assert set(loaded.split()) == {"thenar", "thenar.hookspecs"}


def test_loading_the_built_in_plugin_loads_no_recognition():
    code = (
        "import sys; from thenar.registry import Registry; from thenar.settings import Settings;"
        "registry = Registry.load(Settings(), plugins=False); assert registry.status();"
        "print(*{'numpy', 'cv2', 'thenar.signature', 'thenar.matching'} & set(sys.modules))"
    )
    assert python(code) == ""
