"""The kinds of provider: a word in the settings, a hook, and a way of being called."""

from __future__ import annotations

from enum import StrEnum

import attrs


class Way(StrEnum):
    """How many providers of a kind are used, and what becomes of a failing one."""

    DRIVER = "driver"
    """Exactly the one named in the settings; its failure is raised, the next is never tried."""
    OFFER = "offer"
    """Every enabled one, by name; a failing one is dropped and reported."""
    ALL = "all must pass"
    """Every enabled one; a failing one refuses."""
    OBSERVER = "observer"
    """Every enabled one; what it raises is logged and changes nothing."""


@attrs.frozen
class Kind:
    """One kind of provider.

    Attributes:
        word: what the settings call it.
        hook: the hook of :mod:`thenar.hookspecs` that provides it.
        way: how it is called.
    """

    word: str
    hook: str
    way: Way


KINDS = {
    kind.word: kind
    for kind in (
        Kind("camera", "thenar_cameras", Way.DRIVER),
        Kind("signature", "thenar_signatures", Way.DRIVER),
        Kind("matcher", "thenar_matchers", Way.DRIVER),
        Kind("liveness", "thenar_liveness", Way.ALL),
        Kind("card_reader", "thenar_card_readers", Way.DRIVER),
        Kind("payment", "thenar_payments", Way.DRIVER),
        Kind("loyalty", "thenar_loyalty", Way.OFFER),
        Kind("door", "thenar_doors", Way.DRIVER),
        Kind("directory", "thenar_directories", Way.OFFER),
        Kind("notifier", "thenar_notifiers", Way.DRIVER),
        Kind("observer", "thenar_observers", Way.OBSERVER),
    )
}
"""Word → kind, in the order of the reference."""
