"""Making what providers provide: once each, from the settings that belong to it, under guard."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from typing import Any, Protocol, cast

import attrs

from thenar.errors import PluginMissing, ThenarError
from thenar.registry.conflicts import Available, Key, sort_out
from thenar.registry.contracts import CONTRACTS
from thenar.registry.guard import Guard, guard
from thenar.registry.loading import Loaded
from thenar.registry.timing import Timings
from thenar.settings import Settings

_log = logging.getLogger("thenar.plugins")


class _Closable(Protocol):
    def close(self) -> None: ...


class Workshop:
    """Makes each object when it is first asked for, and keeps it.

    Attributes:
        available: what can be made.
        conflicts: the names that several packages claim.
        timings: of all calls into what was made.
    """

    def __init__(self, settings: Settings, loaded: Iterable[Loaded]) -> None:
        self.available, self.conflicts = sort_out(loaded, settings.plugins)
        self.timings = Timings()
        self._settings = settings
        self._made: dict[tuple[str, ...], object] = {}
        self._lock = threading.RLock()

    def keys(self, kind: str) -> list[Key]:
        """What can be made of one kind."""
        return [key for key in self.available if key[0] == kind]

    def find(self, kind: str, name: str) -> Available:
        """The provider of that name. Raises PluginMissing, PluginConflict."""
        if (kind, name) in self.conflicts:
            raise self.conflicts[kind, name]
        if (kind, name) not in self.available:
            names = (f"{key[1]} ({self.available[key].plugin.name})" for key in self.keys(kind))
            raise PluginMissing(
                f"no enabled plugin provides the {kind} {name!r}; "
                f"available: {', '.join(names) or 'none'}",
                remedy="enable the plugin that does under [plugins]; `thenar plugins` lists them.",
            )
        return self.available[kind, name]

    def make(self, kind: str, name: str, *, door: str = "") -> Any:
        """One guarded object; doors are made once for each door.

        Raises:
            PluginMissing: nobody provides it.
            PluginConflict: several packages provide it.
            SettingsError: its settings are wrong.
            PluginFailed: it could not be made, or lacks what its protocol promises.
            PluginDeadline: making it took too long.
        """
        with self._lock:
            if (kind, name, door) not in self._made:
                self._made[kind, name, door] = self._make(self.find(kind, name), kind, door)
            return self._made[kind, name, door]

    def _make(self, of: Available, kind: str, door: str) -> object:
        provider, settings = of.provider, self._settings
        by = Guard(of.plugin, f"{kind}.{provider.name}", CONTRACTS[kind], self.timings)

        def chosen() -> object:
            if door:
                return settings.door(door, provider.settings)
            return settings.provider(kind, provider.name, provider.settings)

        has_secrets = any(field.repr is False for field in attrs.fields(provider.settings))
        frank = attrs.evolve(by, contract=attrs.evolve(by.contract, discreet=has_secrets))
        own = frank.call("settings", None, chosen)
        within = settings.plugins.load_seconds
        return guard(frank.call("make", within, lambda: provider.make(own)), by)

    def close(self) -> None:
        """Close everything that can be closed."""
        with self._lock:
            made, self._made = self._made, {}
        for thing in made.values():
            if hasattr(type(thing), "close"):
                try:
                    cast("_Closable", thing).close()
                except ThenarError as error:
                    _log.error("%r did not close: %s", thing, error)
