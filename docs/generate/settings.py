"""The settings: every key of every table, also those of the plugins that are shipped."""

from collections.abc import Iterator
from importlib.metadata import entry_points

import attrs

from generate.docstrings import attributes_of, cell, text_of
from thenar.cloud.settings import CloudSettings
from thenar.device.settings import DeviceSettings
from thenar.settings import KINDS, DriverSettings, PluginSettings
from thenar.testing import simulated

HEAD = """# Settings, key by key

One TOML file; [](plugins-and-settings.md) says where it is looked for and how it is checked.
Unknown keys are refused.

"""

OURS = ("thenar-camera", "thenar-payment", "thenar-access")


def tables() -> Iterator[tuple[str, str, type]]:
    """Each table as (heading, where it comes from, attrs class)."""
    yield "[plugins]", "", PluginSettings
    yield "[drivers]", "", DriverSettings
    yield "[device]", "The terminal, `thenar device`.", DeviceSettings
    yield "[cloud]", "The secure service.", CloudSettings
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
    meanings = attributes_of(cls)
    lines = [f"## `{place}`", "", source or text_of(cls), ""]
    lines += ["| key | type | default | meaning |", "|---|---|---|---|"]
    for field in attrs.fields(cls):
        lines.append(
            f"| `{field.alias}` | {_type(field)} | {_default(field)} "
            f"| {cell(meanings.get(field.name, ''))} |"
        )
    return "\n".join(lines) + "\n"


def _type(field: attrs.Attribute) -> str:
    spoken = (
        field.type
        if isinstance(field.type, str)
        else getattr(field.type, "__name__", str(field.type))
    )
    return f"`{cell(spoken)}`" + (", secret" if field.repr is False else "")


def _default(field: attrs.Attribute) -> str:
    if field.default is attrs.NOTHING:
        return "*required*"
    if isinstance(field.default, attrs.Factory):  # type: ignore[arg-type]
        return "empty"
    if field.default in ("", (), None):
        return "none"
    default = str(field.default) if hasattr(field.default, "__fspath__") else field.default
    return f"`{cell(repr(default))}`"
