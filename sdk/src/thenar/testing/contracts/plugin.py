"""The contract of a plugin as a whole: what the host makes of it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

import attrs
import pytest

from thenar.errors import SettingsError
from thenar.hookspecs import API_VERSION, OLDEST_API_VERSION
from thenar.records import PluginState, Provider
from thenar.registry import Installed, Registry
from thenar.registry.loading import load
from thenar.settings import KINDS, Settings
from thenar.testing.contracts._suite import Contract


class PluginContract(Contract):
    """A plugin: its module, its providers and their settings.

    Give ``plugin``, the module under the entry point.

    Attributes:
        distribution: its name.
    """

    distribution: ClassVar[str] = "plugin-under-test"

    @pytest.fixture
    def plugin(self) -> object:
        """The module, or object, with the hooks."""
        self.lacks("plugin")

    @pytest.fixture
    def providers(self, plugin: object) -> list[tuple[str, Provider[Any]]]:
        """Every provider with its kind, as the host finds them."""
        loaded = load(Installed.of(plugin, name=self.distribution), self.seconds)
        assert loaded.error is None, str(loaded.error)
        return [
            (kind, provider)
            for kind, names in loaded.provided.items()
            for provider in names.values()
        ]

    @property
    def seconds(self) -> float:
        """How long loading may take."""
        return self.deadline or Settings().plugins.load_seconds

    def test_is_written_for_this_api(self, plugin: object) -> None:
        """``THENAR_API`` is one that this release loads."""
        version = getattr(plugin, "THENAR_API", None)
        assert isinstance(version, int), f"THENAR_API is {version!r}"
        assert OLDEST_API_VERSION <= version <= API_VERSION

    def test_loads(self, providers: list[tuple[str, Provider[Any]]]) -> None:
        """The host loads it, and it provides something."""
        assert providers

    def test_is_listed_as_active(
        self, plugin: object, thenar_register: Callable[..., None], thenar_registry: Any
    ) -> None:
        """``thenar plugins`` shows it as active, with every hook it has."""
        thenar_register(plugin, self.distribution, "1.0")
        registry: Registry = thenar_registry("")
        (line,) = [one for one in registry.status() if one.plugin == self.distribution]
        assert line.state is PluginState.ACTIVE, line.reason
        hooks = {kind.hook for kind in KINDS.values() if hasattr(plugin, kind.hook)}
        assert set(line.provides) == hooks

    def test_loads_twice(self, plugin: object) -> None:
        """Two hosts in one process may load it."""
        for _ in range(2):
            loaded = load(Installed.of(plugin, name=self.distribution), self.seconds)
            assert loaded.error is None, str(loaded.error)

    def test_every_provider_has_its_line(self, providers: list[tuple[str, Provider[Any]]]) -> None:
        """Each says in one line what it is."""
        silent = [f"{kind}.{one.name}" for kind, one in providers if not one.summary.strip()]
        assert not silent, f"no summary: {', '.join(silent)}"

    def test_every_setting_is_described(self, providers: list[tuple[str, Provider[Any]]]) -> None:
        """The docstring of a settings class says what each of its fields means."""
        for cls in {provider.settings for _, provider in providers}:
            text = inspect.getdoc(cls) or ""
            missing = [
                field.name
                for field in attrs.fields(cls)
                if not re.search(rf"^\s*(\w+, )*{field.name}(, \w+)*:", text, re.MULTILINE)
            ]
            assert not missing, f"{cls.__name__} says nothing of {', '.join(missing)}"

    def test_secrets_are_not_shown(self, providers: list[tuple[str, Provider[Any]]]) -> None:
        """A setting that sounds like a secret has ``repr=False``, so that no message shows it."""
        secret = re.compile(r"(^|_)(key|secret|password|passphrase|pin|token|credential)s?($|_)")
        for cls in {provider.settings for _, provider in providers}:
            for field in attrs.fields(cls):
                shown = field.type in (str, bytes, "str", "bytes") and field.repr is not False
                assert not (secret.search(field.name) and shown), f"{cls.__name__}.{field.name}"

    def test_unknown_settings_are_told(self, providers: list[tuple[str, Provider[Any]]]) -> None:
        """A misspelt key in the settings file is refused with its line."""
        for kind, provider in providers:
            wrong = {_MISSPELT: 1}
            table = (
                {"doors": {"contract": {"provider": provider.name, **wrong}}}
                if kind == "door"
                else {kind: {provider.name: wrong}}
            )
            settings = Settings.of(table)
            read = (
                partial(settings.door, "contract")
                if kind == "door"
                else partial(settings.provider, kind, provider.name)
            )
            with pytest.raises(SettingsError, match=_MISSPELT):
                read(provider.settings)


_MISSPELT = "misspelt-by-the-contract-suite"
