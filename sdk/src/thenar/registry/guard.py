"""The host's guard around a plugin's object: deadline, timing, error translation.

What leaves a guarded object is an answer of the promised type or an error of
:mod:`thenar.errors`: one that the plugin raised on purpose, else
:class:`~thenar.errors.PluginFailed` or :class:`~thenar.errors.PluginDeadline`
with the plugin's name and version. Only what the protocol promises can be
reached through it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import perf_counter
from typing import Any, TypeVar, cast

import attrs

from thenar.errors import InvalidRecord, PluginDeadline, PluginError, PluginFailed, ThenarError
from thenar.parameters import HOST
from thenar.protocols import Door, FrameSource, TellingDoor, TicketDoor, WatchedFrameSource
from thenar.registry.contracts import Contract, Member, members, missing
from thenar.registry.discovery import Installed
from thenar.registry.timing import Timings
from thenar.registry.workers import Overdue, call_within

T = TypeVar("T")


def _room() -> threading.Semaphore:
    return threading.Semaphore(HOST.calls_at_once)


@attrs.frozen(eq=False)
class Guard:
    """Makes calls on behalf of one provider.

    Attributes:
        plugin: whose it is.
        provider: ``"kind.name"``, for messages and timings.
        contract: how it is called.
        timings: where calls are counted.
    """

    plugin: Installed
    provider: str
    contract: Contract
    timings: Timings = attrs.field(factory=Timings)
    _room: threading.Semaphore = attrs.field(init=False, factory=_room)

    def call(self, what: str, seconds: float | None, function: Callable[[], T]) -> T:
        """Call a function of the plugin.

        Args:
            what: the method's name, for messages and timings.
            seconds: deadline; None to call on this thread and wait.
            function: what to call.

        Raises:
            PluginDeadline: no answer in time, or too many earlier calls have none yet.
            PluginFailed: it raised something of its own.
            ThenarError: raised by the plugin on purpose.
        """
        started = perf_counter()
        failed = True
        wrong: BaseException
        try:
            answer = function() if seconds is None else self._elsewhere(what, seconds, function)
            failed = False
        except InvalidRecord as error:
            wrong = error
        except ThenarError:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything
            wrong = error
        else:
            return answer
        finally:
            took = perf_counter() - started
            self.timings.note((self.plugin.name, self.provider, what), took, failed=failed)
        # Raised out here, so that a discreet error does not drag the plugin's own along.
        shown = type(wrong).__name__ + ("" if self.contract.discreet else f": {wrong}")
        raise self.wrong(PluginFailed, what, f"raised {shown}") from (
            None if self.contract.discreet else wrong
        )

    def wrong(self, error: type[PluginError], what: str, message: str) -> PluginError:
        """An error that names the plugin, its version, the provider and the method."""
        return error(
            f"{self.provider}: {what} {message}.",
            plugin=self.plugin.name,
            version=self.plugin.version,
        )

    def _elsewhere(self, what: str, seconds: float, function: Callable[[], T]) -> T:
        if not self._room.acquire(blocking=False):
            raise self.wrong(
                PluginDeadline, what, f"not called: {HOST.calls_at_once} calls have no answer yet"
            )

        def call() -> T:
            try:
                return function()
            finally:
                self._room.release()

        try:
            return call_within(seconds, call)
        except Overdue:
            raise self.wrong(PluginDeadline, what, f"gave no answer within {seconds:g} s") from None


def guard(thing: T, by: Guard) -> T:
    """A provider's object inside the host's guard.

    Args:
        thing: what the provider made.
        by: makes the calls.

    Raises:
        PluginFailed: the object lacks what its protocol promises.
    """
    return cast("T", _wrapped(thing, by.contract.protocol, by))


class _Guarded:
    """Base of the guarded objects; each protocol has its own class."""

    __slots__ = ("_by", "_thing")

    def __init__(self, thing: object, by: Guard) -> None:
        self._thing = thing
        self._by = by

    def __repr__(self) -> str:
        plugin = self._by.plugin
        return f"<{self._by.provider} of {plugin.name} {plugin.version}>"


def _wrapped(thing: object, protocol: type[object], by: Guard) -> object:
    if lacking := missing(protocol, thing):
        raise by.wrong(
            PluginFailed,
            "make",
            f"gave {type(thing).__name__}, which lacks {', '.join(lacking)} of "
            f"thenar.protocols.{protocol.__name__}",
        )
    richer = [one for one in _RICHER.get(protocol, ()) if not missing(one, thing)]
    protocols = (protocol, *richer)
    if protocols not in _classes:
        _classes[protocols] = _class_for(protocols)
    return _classes[protocols](thing, by)


_RICHER: dict[type[object], tuple[type[object], ...]] = {
    FrameSource: (WatchedFrameSource,),
    Door: (TellingDoor, TicketDoor),
}
"""What a thing may do beyond its protocol: guarded too, where it does."""

_classes: dict[tuple[type[object], ...], type[_Guarded]] = {}


def _class_for(protocols: tuple[type[object], ...]) -> type[_Guarded]:
    body: dict[str, Any] = {"__slots__": ()}
    for member in (member for one in protocols for member in members(one)):
        body[member.name] = _property(member) if member.is_property else _method(member)
    return type(f"Guarded{protocols[-1].__name__}", (_Guarded,), body)


def _property(member: Member) -> property:
    def read(self: _Guarded) -> object:
        by, thing = self._by, self._thing
        return by.call(member.name, by.contract.seconds, lambda: getattr(thing, member.name))

    return property(read)


def _method(member: Member) -> Callable[..., Any]:
    name, returns, part, is_lazy = member.name, member.returns, member.part, member.is_lazy

    def method(self: _Guarded, *args: Any, **kwargs: Any) -> object:
        by, thing = self._by, self._thing
        seconds = by.contract.seconds
        if member.names_timeout and seconds is not None:
            seconds = (args[0] if args else kwargs["timeout"]) + HOST.grace_seconds

        def call() -> object:
            answer = getattr(thing, name)(*args, **kwargs)
            return list(answer) if is_lazy else answer

        answer = by.call(name, seconds, call)
        if returns and not isinstance(answer, returns):
            expected = " or ".join(one.__name__ for one in returns)
            got = type(answer).__name__
            raise by.wrong(PluginFailed, name, f"gave {got} where {expected} was promised")
        return answer if part is None else _wrapped(answer, part, by)

    method.__name__ = name
    return method
