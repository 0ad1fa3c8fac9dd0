"""Third-party plugins as real installed distributions, each in a folder on the path."""

import re
import sys
import textwrap

import pytest

from thenar.registry import Registry
from thenar.settings import Settings

HEAD = """
import thenar
from thenar.records import Provider
THENAR_API = 1
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install a distribution: its metadata and one module, found as pip would leave them."""
    modules = []

    def install(name, code, *, version="1.0", head=HEAD, folder="site-packages"):
        module = re.sub(r"\W", "_", name)
        site = tmp_path / folder
        info = site / f"{module}-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n", encoding="utf-8"
        )
        (info / "entry_points.txt").write_text(
            f"[console_scripts]\n{module} = {module}:main\n\n[thenar]\n{name} = {module}\n",
            encoding="utf-8",
        )
        (site / f"{module}.py").write_text(head + textwrap.dedent(code), encoding="utf-8")
        monkeypatch.syspath_prepend(str(site))
        modules.append(module)
        return name

    yield install
    for module in modules:
        sys.modules.pop(module, None)


@pytest.fixture
def load():
    """Load a registry with these distributions enabled."""
    opened = []

    def load(*enabled, text="", seconds=30, **kwargs):
        settings = Settings.parse(
            f"plugins.enabled = {list(enabled)}\nplugins.load_seconds = {seconds}\n{text}",
            file="thenar.toml",
        )
        opened.append(Registry.load(settings, **kwargs))
        return opened[-1]

    yield load
    for registry in opened:
        registry.close()
