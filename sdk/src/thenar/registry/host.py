"""The registry: what the settings chose, made when it is first needed, called under guard."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from time import monotonic
from types import TracebackType
from typing import Any, Literal, Self, cast, overload

from thenar.errors import PluginFailed, PluginMissing, ThenarError
from thenar.protocols import (
    Camera,
    CardReader,
    Directory,
    Door,
    LivenessCheck,
    LoyaltyProgram,
    Matcher,
    Notifier,
    PaymentProcessor,
    SignatureMaker,
)
from thenar.records import Event, PluginStatus
from thenar.registry import discovery, status
from thenar.registry.conflicts import Key
from thenar.registry.discovery import Installed
from thenar.registry.loading import Loaded, load
from thenar.registry.making import Workshop
from thenar.registry.observers import ObserverThread
from thenar.registry.timing import CallTiming
from thenar.settings import Settings

_log = logging.getLogger("thenar.plugins")


class Registry:
    """The plugins of one running program; safe to use from several threads.

    Args:
        settings: what is chosen.
        loaded: the enabled plugins after loading.
        off: installed plugins that are not enabled.
    """

    def __init__(
        self, settings: Settings, loaded: Iterable[Loaded], off: Iterable[Installed] = ()
    ) -> None:
        self.settings = settings
        self._loaded = tuple(loaded)
        self._off = tuple(off)
        self._workshop = Workshop(settings, self._loaded)
        self._dropped: dict[Key, ThenarError] = {}
        self._observers: tuple[ObserverThread, ...] | None = None
        self._lock = threading.Lock()

    @classmethod
    def load(
        cls, settings: Settings, *, plugins: bool = True, also: Sequence[Installed] = ()
    ) -> Self:
        """Load what the settings enable; whatever fails is told by :meth:`status`.

        Args:
            settings: what is chosen.
            plugins: False for safe mode, in which nothing installed is loaded.
            also: plugins that the program brings itself, always enabled.
        """
        found = {plugin.name: plugin for plugin in discovery.find_installed()}
        enabled = dict.fromkeys(settings.plugins.enabled if plugins else ())
        own = [discovery.built_in(), *also]
        wanted = [found.get(name) or discovery.not_installed(name, found) for name in enabled]
        loaded = [load(plugin, settings.plugins.load_seconds) for plugin in (*own, *wanted)]
        for plugin in loaded:
            if plugin.error:
                _log.error("Plugin not loaded: %s", plugin.error)
        return cls(settings, loaded, [found[name] for name in found if name not in enabled])

    def status(self) -> tuple[PluginStatus, ...]:
        """Where each enabled and each installed plugin stands, Thenar's own first."""
        unused = {**self._dropped, **self._workshop.conflicts}
        return (
            *(status.of_loaded(one, self.settings.plugins, unused) for one in self._loaded),
            *(status.of_off(one) for one in self._off),
        )

    def unread_tables(self) -> tuple[str, ...]:
        """Where the settings hold tables that no provider reads: misspelt, or the plugin is off."""
        tables = self.settings.provider_tables()
        place = self.settings.document.where
        return tuple(place(key) for key in tables if key not in self._workshop.available)

    def timings(self) -> tuple[CallTiming, ...]:
        """How long calls into plugins took so far, the most time-consuming first."""
        return self._workshop.timings.report()

    @overload
    def driver(self, kind: Literal["camera"], name: str | None = None) -> Camera: ...
    @overload
    def driver(self, kind: Literal["signature"], name: str | None = None) -> SignatureMaker: ...
    @overload
    def driver(self, kind: Literal["matcher"], name: str | None = None) -> Matcher: ...
    @overload
    def driver(self, kind: Literal["card_reader"], name: str | None = None) -> CardReader: ...
    @overload
    def driver(self, kind: Literal["payment"], name: str | None = None) -> PaymentProcessor: ...
    @overload
    def driver(self, kind: Literal["notifier"], name: str | None = None) -> Notifier: ...
    def driver(self, kind: str, name: str | None = None) -> Any:
        """Exactly the one that the settings name; no other is ever tried.

        Args:
            kind: of provider, as under ``[drivers]``.
            name: to use instead of the one in the settings.

        Raises:
            PluginMissing: none is named, or none of that name is available.
            PluginConflict: several packages provide that name.
            SettingsError: its settings are wrong.
            PluginFailed: it could not be made.
            PluginDeadline: making it took too long.
        """
        chosen = name or getattr(self.settings.drivers, kind)
        if chosen is None:
            names = [of for _kind, of in self._workshop.keys(kind)]
            raise PluginMissing(
                f"the settings name no {kind}; available: {', '.join(names) or 'none'}",
                remedy=f'write {kind} = "NAME" under [drivers].',
            )
        return self._workshop.make(kind, chosen)

    def door(self, name: str) -> Door:
        """The door of that name in the settings. Raises as :meth:`driver`."""
        provider = self.settings.doors.get(name)
        if provider is None:
            doors = ", ".join(self.settings.doors) or "none"
            raise PluginMissing(
                f"the settings have no door {name!r}; there are: {doors}",
                remedy=f"add a table [doors.{name}] with its provider.",
            )
        return cast("Door", self._workshop.make("door", provider, door=name))

    @overload
    def offers(self, kind: Literal["loyalty"]) -> Mapping[str, LoyaltyProgram]: ...
    @overload
    def offers(self, kind: Literal["directory"]) -> Mapping[str, Directory]: ...
    def offers(self, kind: str) -> Mapping[str, Any]:
        """Every enabled one by name; one that fails is dropped, logged and told by status."""
        offers: dict[str, Any] = {}
        for key in self._workshop.keys(kind):
            if key not in self._dropped:
                try:
                    offers[key[1]] = self._workshop.make(*key)
                except ThenarError as error:
                    self._drop(key, error)
        return offers

    def all_of(self, kind: Literal["liveness"]) -> Mapping[str, LivenessCheck]:
        """Every enabled one by name; fails closed.

        Raises:
            PluginMissing: one that the settings ask for is not there.
            PluginConflict: several packages provide one name.
            PluginFailed: one could not be made; or a plugin did not load, and the
                settings do not say which checks there must be.
            PluginDeadline: making one took too long.
            SettingsError: the settings of one are wrong.
        """
        for key, conflict in self._workshop.conflicts.items():
            if key[0] == kind:
                raise conflict
        asked = self.settings.drivers.liveness
        for name in asked or ():
            self._workshop.find(kind, name)
        for plugin in self._loaded:
            if asked is None and plugin.error:
                raise PluginFailed(
                    f"not loaded, and could have brought a {kind} check",
                    plugin=plugin.installed.name,
                    version=plugin.installed.version,
                    remedy=f"mend it, or list the checks that there must be: {kind} = [...] "
                    "under [drivers].",
                ) from plugin.error
        return {key[1]: self._workshop.make(*key) for key in self._workshop.keys(kind)}

    def notify(self, event: Event) -> None:
        """Tell every observer, without waiting; what one raises is logged and changes nothing."""
        with self._lock:
            if self._observers is None:
                self._observers = tuple(map(self._observer, self._workshop.keys("observer")))
        for observer in self._observers:
            observer.tell(event)

    def flush(self, within: float = 1.0) -> bool:
        """Wait until the observers have seen all events; False where that took too long.

        Args:
            within: seconds to wait at most.
        """
        until = monotonic() + within
        return all(one.flush(until - monotonic()) for one in self._observers or ())

    def close(self) -> None:
        """Close what was made and can be closed; observers finish what they were told."""
        with self._lock:
            observers, self._observers = self._observers or (), ()
        for observer in observers:
            observer.tell(None)
        self._workshop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _observer(self, key: Key) -> ObserverThread:
        return ObserverThread(
            ".".join(key), lambda: self._workshop.make(*key), lambda error: self._drop(key, error)
        )

    def _drop(self, key: Key, error: ThenarError) -> None:
        self._dropped[key] = error
        _log.error("%s.%s is not used: %s", *key, error)
