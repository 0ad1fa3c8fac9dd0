"""What is installed: distributions with an entry point in the group ``thenar``.

Only metadata is read here; nothing of a plugin is imported.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from importlib.metadata import Distribution, EntryPoint, distributions

import attrs

from thenar import __version__
from thenar.errors import PluginMissing
from thenar.settings.chosen import canonical

GROUP = "thenar"
BUILT_IN = "thenar"

_log = logging.getLogger("thenar.plugins")


@attrs.frozen
class Installed:
    """A plugin that could be loaded.

    Attributes:
        name: distribution name, as packages are compared (PEP 503).
        version: of the distribution, ``"?"`` where unknown.
        load: imports it and returns its plugin modules or objects.
    """

    name: str = attrs.field(converter=canonical)
    version: str
    load: Callable[[], Sequence[object]] = attrs.field(repr=False, eq=False)

    @classmethod
    def of(cls, plugin: object, *, name: str, version: str = "0") -> Installed:
        """A plugin that is here already, as a module or an object."""
        return cls(name, version, lambda: [plugin])


def built_in() -> Installed:
    """What Thenar brings itself; always active."""
    return Installed(BUILT_IN, __version__, lambda: [import_module("thenar.builtin")])


def find_installed() -> list[Installed]:
    """Every installed plugin but Thenar's own, by name; the first on the path wins."""
    found: dict[str, Installed] = {}
    for distribution in distributions():
        try:
            plugin = _plugin_in(distribution)
        except Exception:  # noqa: BLE001 - one broken package must not hide the others
            _log.exception("Unreadable package metadata; skipped.")
            continue
        if plugin and plugin.name != BUILT_IN:
            found.setdefault(plugin.name, plugin)
    return [found[name] for name in sorted(found)]


def not_installed(name: str, found: Iterable[str]) -> Installed:
    """A plugin that is enabled but not there: loading it fails with the reason."""

    def load() -> Sequence[object]:
        raise PluginMissing(
            f"not installed; installed are {', '.join(found) or 'none'}",
            plugin=name,
            remedy=f"install {name}, or take it out of [plugins] enabled.",
        )

    return Installed(name, "?", load)


def _plugin_in(distribution: Distribution) -> Installed | None:
    # The text is looked at first, since parsing every distribution takes 20 times as long.
    if f"[{GROUP}]" not in (distribution.read_text("entry_points.txt") or ""):
        return None
    points: list[EntryPoint] = [p for p in distribution.entry_points if p.group == GROUP]
    return Installed(
        distribution.name, distribution.version or "?", lambda: [p.load() for p in points]
    )
