"""Two packages that provide the same name: neither is used until the settings disable one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from thenar.errors import PluginConflict
from thenar.records import Provider
from thenar.registry.discovery import Installed
from thenar.registry.loading import Loaded
from thenar.settings import PluginSettings


@attrs.frozen
class Available:
    """A provider that can be used, and whose it is."""

    plugin: Installed
    provider: Provider[object]


Key = tuple[str, str]
"""Kind and name."""


def sort_out(
    plugins: Iterable[Loaded], settings: PluginSettings
) -> tuple[Mapping[Key, Available], Mapping[Key, PluginConflict]]:
    """What can be used under each name, and the names that several claim."""
    claims: dict[Key, list[Available]] = {}
    for plugin in plugins:
        disabled = settings.disabled.get(plugin.installed.name, ())
        for kind, names in plugin.provided.items():
            for name, provider in names.items():
                if f"{kind}.{name}" not in disabled:
                    claims.setdefault((kind, name), []).append(
                        Available(plugin.installed, provider)
                    )
    return (
        {key: claim[0] for key, claim in claims.items() if len(claim) == 1},
        {key: _conflict(key, claim) for key, claim in claims.items() if len(claim) > 1},
    )


def _conflict(key: Key, claims: list[Available]) -> PluginConflict:
    who = [f"{claim.plugin.name} {claim.plugin.version}" for claim in claims]
    kind, name = key
    loser = claims[-1].plugin.name
    return PluginConflict(
        f"{' and '.join(who)} both provide the {kind} {name!r}; neither is used",
        remedy=f'under [plugins.disabled] write {loser} = ["{kind}.{name}"], or disable another.',
    )
