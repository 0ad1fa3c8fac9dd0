"""What Thenar itself reads of the settings file."""

from __future__ import annotations

import re
from collections.abc import Mapping

import attrs

from thenar.errors import InvalidRecord
from thenar.parameters import HOST
from thenar.settings.kinds import KINDS


def canonical(distribution: str) -> str:
    """A distribution's name as packages are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _canonical_names(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(canonical(name) for name in names)


def _canonical_keys(table: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {canonical(name): tuple(provided) for name, provided in table.items()}


@attrs.frozen
class PluginSettings:
    """The table ``[plugins]``.

    Attributes:
        enabled: distribution names of the plugins to load; installed is not enabled.
        disabled: distribution name → what of it not to use, each as
            ``"kind.name"``, e.g. ``"camera.uvc"``; settles a conflict.
        load_seconds: how long one plugin may take to load, and one provider to
            be made, > 0.
    """

    enabled: tuple[str, ...] = attrs.field(default=(), converter=_canonical_names)
    disabled: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, converter=_canonical_keys)
    load_seconds: float = attrs.field(default=HOST.load_seconds, validator=attrs.validators.gt(0))

    @disabled.validator
    def _kind_and_name(self, _: object, value: Mapping[str, tuple[str, ...]]) -> None:
        for provided in (one for several in value.values() for one in several):
            kind, _dot, name = provided.partition(".")
            if kind not in KINDS or not name:
                raise InvalidRecord(
                    f"disabled: expected 'kind.name' with a kind of {', '.join(KINDS)}; "
                    f"got {provided!r}."
                )


@attrs.frozen
class DriverSettings:
    """The table ``[drivers]``: the one provider of each kind to use; doors have their own tables.

    Attributes:
        camera: provider of frames; none where this machine has no camera.
        signature: maker of signatures.
        matcher: matcher of signatures.
        earlier: makers and matchers of palms that were enrolled before those were
            chosen, each as ``"signature:matcher"``, e.g. ``"blocks:numpy"``.
        card_reader: reader for payment cards.
        payment: payment processor.
        notifier: sender of one-time codes and receipts.
        liveness: attack checks that must be there; every enabled one is run
            besides. Not given: every enabled plugin must have loaded, since one
            that did not could have brought a check.
    """

    camera: str | None = None
    signature: str = "blocks"
    matcher: str = "numpy"
    earlier: tuple[str, ...] = attrs.field(
        default=(),
        validator=attrs.validators.deep_iterable(attrs.validators.matches_re(r"[^:]+:[^:]+")),
    )
    card_reader: str | None = None
    payment: str | None = None
    notifier: str | None = None
    liveness: tuple[str, ...] | None = None
