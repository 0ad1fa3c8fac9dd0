"""Where each plugin stands, for ``thenar plugins``."""

from __future__ import annotations

from collections.abc import Mapping

from thenar.errors import PluginRefused, ThenarError
from thenar.records import PluginState, PluginStatus
from thenar.registry.conflicts import Key
from thenar.registry.discovery import Installed
from thenar.registry.loading import Loaded
from thenar.settings import KINDS, PluginSettings


def of_loaded(
    plugin: Loaded, settings: PluginSettings, unused: Mapping[Key, ThenarError]
) -> PluginStatus:
    """Status of an enabled plugin.

    Args:
        plugin: after loading.
        settings: what is disabled.
        unused: names that are not used, and why: conflicts, and offers that failed.
    """
    if plugin.error:
        refused = isinstance(plugin.error, PluginRefused)
        state = PluginState.REFUSED if refused else PluginState.FAILED
        return _status(plugin, state, _reason(plugin.installed, plugin.error))
    claimed = [(kind, name) for kind, names in plugin.provided.items() for name in names]
    disabled = settings.disabled.get(plugin.installed.name, ())
    wanted = [key for key in claimed if ".".join(key) not in disabled]
    problems = [_reason(plugin.installed, unused[key]) for key in wanted if key in unused]
    usable = [key for key in wanted if key not in unused]
    provides: dict[str, tuple[str, ...]] = {}
    for kind, name in usable:
        hook = KINDS[kind].hook
        provides[hook] = (*provides.get(hook, ()), name)
    problems += [
        f"{kind} {name!r} is disabled" for kind, name in claimed if (kind, name) not in wanted
    ]
    if wanted and not usable:
        return _status(plugin, PluginState.FAILED, "; ".join(problems))
    state = PluginState.OFF if claimed and not wanted else PluginState.ACTIVE
    return _status(plugin, state, "; ".join(problems), provides)


def of_off(plugin: Installed) -> PluginStatus:
    """Status of a plugin that is installed and was not loaded."""
    return PluginStatus(plugin.name, plugin.version, PluginState.OFF, "not enabled in the settings")


def _status(
    plugin: Loaded,
    state: PluginState,
    reason: str,
    provides: Mapping[str, tuple[str, ...]] | None = None,
) -> PluginStatus:
    installed = plugin.installed
    return PluginStatus(
        installed.name, installed.version, state, reason, provides or {}, plugin.seconds
    )


def _reason(installed: Installed, error: ThenarError) -> str:
    return str(error).removeprefix(f"{installed.name} {installed.version}: ")
