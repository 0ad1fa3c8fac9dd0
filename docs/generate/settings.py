"""The settings: every key of every table, also those of the plugins that are shipped."""

import json
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, get_type_hints

import attrs

from generate.docstrings import attributes_of, cell
from thenar.access.policy import Area, DoorPolicy, Rule, SitePolicy
from thenar.access.schedule import Holidays, Schedule
from thenar.cloud.settings import CloudSettings
from thenar.device.settings import DeviceSettings
from thenar.settings import KINDS, DriverSettings, PluginSettings
from thenar.settings.structure import _spoken as spoken
from thenar.testing import simulated

HEAD = """# Settings, key by key

One TOML file; [](plugins-and-settings.md) says where it is looked for and how it is checked.
Unknown keys are refused.

"""

_PLAIN = (str, int, float, bool, tuple, Path)

OURS = ("thenar-camera", "thenar-payment", "thenar-access")


_OF_POLICIES = (
    ("the file", "A site's policy, which `[cloud.policies]` names: its tables.", SitePolicy),
    ("[holidays]", "In a site's policy.", Holidays),
    ("[schedules.NAME]", "In a site's policy.", Schedule),
    ("[areas.NAME]", "In a site's policy.", Area),
    ("[doors.NAME]", "In a site's policy.", DoorPolicy),
    ("[rules.NAME]", "In a site's policy.", Rule),
)


def tables() -> Iterator[tuple[str, str, type]]:
    """Each table as (heading, where it comes from, attrs class)."""
    yield "[plugins]", "What is loaded.", PluginSettings
    yield (
        "[drivers]",
        "The one provider of each kind to use; doors have tables of their own.",
        DriverSettings,
    )
    yield "[device]", "The terminal, `thenar device`.", DeviceSettings
    yield "[cloud]", "The secure service.", CloudSettings
    for place, said, cls in _OF_POLICIES:
        yield f"policy: {place}", said, cls
    for kind, name, plugin, cls in provided():
        place = f'[doors.NAME] with provider = "{name}"' if kind == "door" else f"[{kind}.{name}]"
        yield place, f"Provided by `{plugin}`.", cls


def provided() -> Iterator[tuple[str, str, str, type]]:
    """(kind, name, plugin, settings class) of the shipped providers that have settings."""
    plugins = {one.name: one.load() for one in entry_points(group="thenar") if one.name in OURS}
    plugins["thenar.testing.simulated"] = simulated
    for plugin, module in sorted(plugins.items()):
        for kind in KINDS.values():
            for provider in getattr(module, kind.hook, list)():
                if attrs.fields(provider.settings):
                    yield kind.word, provider.name, plugin, provider.settings


def page() -> str:
    """The page."""
    return HEAD + "\n".join(_table(*one) for one in tables())


def _table(place: str, source: str, cls: type) -> str:
    meanings, hints = attributes_of(cls), get_type_hints(cls)
    lines = [f"## `{place}`", "", source, ""]
    lines += ["| key | type | default | meaning |", "|---|---|---|---|"]
    for field in attrs.fields(cls):
        lines.append(
            f"| `{field.alias}` | {_type(hints[field.name], field)} | {_default(field)} "
            f"| {cell(meanings.get(field.name, ''))} |"
        )
    return "\n".join(lines) + "\n"


def _type(hint: Any, field: Any) -> str:
    return cell(spoken(hint)) + (", secret" if field.repr is False else "")


def _default(field: Any) -> str:
    if field.default is attrs.NOTHING:
        return "*required*"
    if field.default in ("", (), None) or not isinstance(field.default, _PLAIN):
        return "none"
    default = field.default.as_posix() if isinstance(field.default, Path) else field.default
    return f"`{cell(json.dumps(default, ensure_ascii=False))}`"
