"""What each kind of provider must be able to do, read from :mod:`thenar.protocols`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from inspect import getattr_static
from types import FunctionType, NoneType, SimpleNamespace, UnionType
from typing import Any, Protocol, get_args, get_origin, get_type_hints

import attrs

from thenar import protocols
from thenar.parameters import HOST
from thenar.records import Event


@attrs.frozen
class Contract:
    """How the host calls one kind of provider.

    Attributes:
        protocol: of :mod:`thenar.protocols`.
        seconds: how long a call may take; None where it only computes, and is made on
            the caller's own thread.
        discreet: what it raises may hold a card number or an address, so that
            only the kind of the error is told.
    """

    protocol: type[object]
    seconds: float | None
    discreet: bool = False


class _Observer(Protocol):
    """:data:`thenar.protocols.Observer` as a protocol with a member."""

    def __call__(self, event: Event) -> None: ...


CONTRACTS: Mapping[str, Contract] = {
    "camera": Contract(protocols.Camera, HOST.camera_seconds),
    "signature": Contract(protocols.SignatureMaker, None),
    "matcher": Contract(protocols.Matcher, None),
    "liveness": Contract(protocols.LivenessCheck, HOST.liveness_seconds),
    "card_reader": Contract(protocols.CardReader, HOST.card_reader_seconds, discreet=True),
    "payment": Contract(protocols.PaymentProcessor, HOST.payment_seconds, discreet=True),
    "loyalty": Contract(protocols.LoyaltyProgram, HOST.loyalty_seconds, discreet=True),
    "door": Contract(protocols.Door, HOST.door_seconds, discreet=True),
    "directory": Contract(protocols.Directory, HOST.directory_seconds, discreet=True),
    "notifier": Contract(protocols.Notifier, HOST.notifier_seconds, discreet=True),
    "observer": Contract(_Observer, None),
}
"""Kind → contract; observers have threads of their own (:mod:`thenar.registry.observers`)."""

ABILITIES: Mapping[type[object], type[object]] = {
    protocols.PaymentProcessor: protocols.Detokeniser,
}
"""Protocol → another one, whose methods a provider may have besides."""


@attrs.frozen
class Member:
    """One method or property of a protocol.

    Attributes:
        name: its name.
        is_property: read, not called.
        names_timeout: its first parameter is how long it may wait.
        returns: records of which the answer must be one; empty where it is not checked.
        part: the protocol that the answer follows, where it is itself guarded.
        is_lazy: the answer is to be iterated over, which must happen under guard too.
    """

    name: str
    is_property: bool = False
    names_timeout: bool = False
    returns: tuple[type, ...] = ()
    part: type[object] | None = None
    is_lazy: bool = False


def members(protocol: type[object]) -> tuple[Member, ...]:
    """What a protocol asks for."""
    return tuple(
        Member(name, is_property=True) if isinstance(value, property) else _method(name, value)
        for name, value in vars(protocol).items()
        if isinstance(value, FunctionType | property)
        and (not name.startswith("_") or name in ("__len__", "__call__"))
    )


def missing(protocol: type[object], thing: object) -> list[str]:
    """What a protocol asks for and a thing lacks; nothing of the thing is run."""
    if hasattr(type(thing), "__getattr__"):
        return []
    absent = object()
    names = [member.name for member in members(protocol)]
    return [name for name in names if getattr_static(thing, name, absent) is absent]


def _method(name: str, function: FunctionType) -> Member:
    returned = _returned(function)
    choices = get_args(returned) if isinstance(returned, UnionType) else (returned,)
    records = [one for one in choices if isinstance(one, type) and attrs.has(one)]
    known = all(one is NoneType or one in records for one in choices)
    is_part = bool(getattr(returned, "_is_protocol", False))
    return Member(
        name,
        names_timeout=list(function.__annotations__)[:1] == ["timeout"],
        returns=tuple(choices) if records and known else (),
        part=returned if is_part else None,
        is_lazy=get_origin(returned) is Iterable,
    )


def _returned(function: FunctionType) -> Any:
    annotation = SimpleNamespace(__annotations__={"return": function.__annotations__["return"]})
    try:
        return get_type_hints(annotation, globalns=vars(protocols))["return"]
    except NameError:  # names numpy, which the protocols import for type checking only
        return None
