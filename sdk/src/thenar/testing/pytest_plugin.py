"""Fixtures for pytest, and the counting of contract checks; there wherever Thenar is installed.

    def test_my_camera(thenar_register, thenar_registry):
        thenar_register(my_plugin, "acme-camera")
        registry = thenar_registry('drivers.camera = "acme"')
        assert registry.driver("camera").open()

Nothing of Thenar is imported until a test asks for a fixture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

import pytest

from thenar.testing import tally

if TYPE_CHECKING:
    from thenar.registry import Installed, Registry

pytest.register_assert_rewrite("thenar.testing.contracts")
pytest_plugins = ("thenar.testing.fixtures",)

Register: TypeAlias = Callable[..., None]
LoadRegistry: TypeAlias = Callable[[str], "Registry"]


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark of contract checks known."""
    config.addinivalue_line(
        "markers", "thenar_needs(*abilities): a contract check for plugins that declare these"
    )
    config.pluginmanager.register(_Counting(config), "thenar-contracts")


class _Counting:
    """Takes out the checks that a plugin does not declare, and tells how many ran."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        tally.take_out_undeclared(self._config, items)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        tally.count(self._config, report)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        tally.tell(self._config, terminalreporter)


@pytest.fixture
def thenar_no_discovery(monkeypatch: pytest.MonkeyPatch) -> list[Installed]:
    """Installed plugins are not found; only those appended to the list are there."""
    from thenar.registry import discovery

    found: list[Installed] = []
    monkeypatch.setattr(discovery, "find_installed", lambda: found)
    return found


@pytest.fixture
def thenar_register(thenar_no_discovery: list[Installed]) -> Register:
    """Install a plugin for this test: ``thenar_register(plugin, name, version="0")``.

    The plugin is a module or an object with hooks and ``THENAR_API``. As with any
    installed plugin, the settings must enable it; :func:`thenar_registry` does.
    """
    from thenar.registry import Installed

    def register(plugin: object, name: str, version: str = "0") -> None:
        thenar_no_discovery.append(Installed.of(plugin, name=name, version=version))

    return register


@pytest.fixture
def thenar_registry(thenar_no_discovery: list[Installed]) -> Iterator[LoadRegistry]:
    """Load a registry from settings text, all registered plugins enabled; closed after the test."""
    import attrs

    from thenar.registry import Registry
    from thenar.settings import Settings

    opened: list[Registry] = []

    def load(settings: str = "") -> Registry:
        chosen = Settings.parse(settings)
        every = attrs.evolve(
            chosen.plugins, enabled=tuple(plugin.name for plugin in thenar_no_discovery)
        )
        opened.append(Registry.load(attrs.evolve(chosen, plugins=every)))
        return opened[-1]

    yield load
    for registry in opened:
        registry.close()
