"""What a plugin hands to the host, and what the host says of the plugin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Generic, TypeVar

import attrs

from thenar.records._checks import fail, text

Provided = TypeVar("Provided", covariant=True)


@attrs.frozen
class NoSettings:
    """For providers that have nothing to set."""


@attrs.frozen
class Provider(Generic[Provided]):
    """One thing that a plugin provides: a name and how to make it.

    Attributes:
        name: lower-case word that the settings use, e.g. ``"uvc"``.
        make: called with an instance of ``settings``; returns the object that the
            hook's protocol describes. Called once, when the host needs it.
        settings: attrs class of its settings; the host fills it from the settings
            file and reports unknown and missing keys by line.
        summary: one line for ``thenar plugins``.
    """

    name: str = attrs.field()
    make: Callable[[Any], Provided] = attrs.field()
    settings: type = attrs.field(default=NoSettings)
    summary: str = ""

    @name.validator
    def _is_a_word(self, attribute: attrs.Attribute[str], value: object) -> None:
        allowed = "abcdefghijklmnopqrstuvwxyz0123456789-"
        if not isinstance(value, str) or not value or set(value) - set(allowed):
            raise fail(self, attribute, "lower-case letters, digits and hyphens", repr(value))

    @make.validator
    def _is_callable(self, attribute: attrs.Attribute[Any], value: object) -> None:
        if not callable(value):
            raise fail(self, attribute, "a callable", type(value).__name__)

    @settings.validator
    def _is_attrs(self, attribute: attrs.Attribute[type], value: object) -> None:
        if not isinstance(value, type) or not attrs.has(value):
            raise fail(self, attribute, "an attrs class", repr(value))


class PluginState(StrEnum):
    """Where an installed plugin stands."""

    ACTIVE = "active"
    OFF = "off"
    """Installed, but the settings do not enable it."""
    REFUSED = "refused"
    """Written for an API version outside the window."""
    FAILED = "failed"


@attrs.frozen
class PluginStatus:
    """One line of ``thenar plugins``.

    Attributes:
        plugin: distribution name.
        version: of the distribution, ``"?"`` where unknown.
        state: where it stands.
        reason: why it is not active, or what of it is not used; empty otherwise.
        provides: hook name → names provided.
        seconds: how long loading it took.
    """

    plugin: str = attrs.field(validator=text)
    version: str
    state: PluginState = attrs.field(converter=PluginState)
    reason: str = ""
    provides: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    seconds: float = 0.0


@attrs.frozen
class Event:
    """Something that happened, for observers; holds no personal data.

    Attributes:
        name: dotted word, e.g. ``"palm.recognised"``.
        time: seconds since the epoch, UTC.
        request_id: the request during which it happened, may be empty.
        details: counts, states and durations only.
    """

    name: str = attrs.field(validator=text)
    time: float
    request_id: str = ""
    details: Mapping[str, str | int | float | bool] = attrs.field(factory=dict)
