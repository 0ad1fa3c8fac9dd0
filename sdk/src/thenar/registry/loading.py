"""Loading one plugin: import it, check its API version and its hooks, ask each hook once."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from time import perf_counter
from typing import Any

import attrs
import pluggy

from thenar import hookspecs
from thenar.errors import PluginDeadline, PluginError, PluginFailed, PluginRefused
from thenar.records import Provider
from thenar.registry.discovery import Installed
from thenar.registry.workers import Overdue, call_within
from thenar.settings import KINDS

Provided = Mapping[str, Mapping[str, Provider[Any]]]
"""Kind → name → provider."""


@attrs.frozen
class Loaded:
    """An enabled plugin after the attempt to load it.

    Attributes:
        installed: which.
        provided: what it provides; empty where it failed.
        error: why it failed, or None.
        seconds: how long the attempt took.
    """

    installed: Installed
    provided: Provided = attrs.field(factory=dict)
    error: PluginError | None = None
    seconds: float = 0.0


def load(installed: Installed, within: float) -> Loaded:
    """Load one plugin; whatever is wrong with it ends up in the answer.

    Args:
        installed: which.
        within: seconds it may take; then it is left to itself and counts as failed.
    """
    started = perf_counter()
    provided: Provided = {}
    error: PluginError | None = None
    try:
        provided = call_within(within, _ask, installed)
    except PluginError as told:
        error = told
    except Overdue:
        error = _wrong(PluginDeadline, installed, f"still loading after {within:g} s")
    except BaseException as raised:  # noqa: BLE001 - a plugin may raise anything, even SystemExit
        error = _wrong(PluginFailed, installed, f"raised {type(raised).__name__}: {raised}")
        error.__cause__ = raised
    return Loaded(installed, provided, error, perf_counter() - started)


def _ask(installed: Installed) -> Provided:
    provided: dict[str, dict[str, Provider[Any]]] = {}
    for plugin in installed.load():
        _check_api(installed, plugin)
        hooks = _registered(installed, plugin)
        for kind in KINDS.values():
            for provider in _answers(installed, getattr(hooks, kind.hook)):
                names = provided.setdefault(kind.word, {})
                if provider.name in names:
                    twice = f"{kind.hook} gives the name {provider.name!r} twice"
                    raise _wrong(PluginFailed, installed, twice)
                names[provider.name] = provider
    return provided


def _check_api(installed: Installed, plugin: object) -> None:
    written_for = getattr(plugin, "THENAR_API", None)
    oldest, newest = hookspecs.OLDEST_API_VERSION, hookspecs.API_VERSION
    if type(written_for) is not int:
        raise _wrong(
            PluginRefused,
            installed,
            f"declares no THENAR_API; expected an integer in {oldest}..{newest}",
            remedy=f"set THENAR_API = {newest} in the plugin.",
        )
    if written_for > newest:
        raise _wrong(
            PluginRefused,
            installed,
            f"written for API version {written_for}, this Thenar offers {oldest}..{newest}",
            remedy="install a newer Thenar, or an older release of the plugin.",
        )
    if written_for < oldest:
        raise _wrong(
            PluginRefused,
            installed,
            f"written for API version {written_for}, this Thenar offers {oldest}..{newest}",
            remedy="install a newer release of the plugin.",
        )


def _registered(installed: Installed, plugin: object) -> pluggy.HookRelay:
    """The hooks of one plugin, in a manager of its own."""
    manager = pluggy.PluginManager("thenar")
    manager.add_hookspecs(hookspecs)
    known = [kind.hook for kind in KINDS.values()]
    try:
        manager.register(plugin, installed.name)
    except pluggy.PluginValidationError as error:
        reason = " ".join(str(error).split())
        raise _wrong(
            PluginFailed, installed, f"a hook takes no arguments, but: {reason}"
        ) from error
    for name in known:
        if callable(getattr(plugin, name, None)) and not _implements(manager, plugin, name):
            raise _wrong(
                PluginFailed,
                installed,
                f"{name} is not marked as a hook",
                remedy="put @thenar.hookimpl above it.",
            )
    callers = manager.get_hookcallers(plugin) or []
    for caller in callers:
        if not caller.has_spec() and not all(i.optionalhook for i in caller.get_hookimpls()):
            near = difflib.get_close_matches(caller.name, known, n=1)
            raise _wrong(
                PluginFailed,
                installed,
                f"there is no hook {caller.name!r}",
                remedy=f"rename it to {near[0]!r}." if near else f"hooks are {', '.join(known)}.",
            )
    if not any(caller.has_spec() for caller in callers):
        raise _wrong(PluginFailed, installed, "implements no hook of Thenar")
    return manager.hook


def _implements(manager: pluggy.PluginManager, plugin: object, hook: str) -> bool:
    return any(caller.name == hook for caller in manager.get_hookcallers(plugin) or [])


def _answers(installed: Installed, hook: pluggy.HookCaller) -> Iterator[Provider[Any]]:
    answers = hook()
    if len(answers) < sum(not (one.wrapper or one.hookwrapper) for one in hook.get_hookimpls()):
        raise _wrong(PluginFailed, installed, f"{hook.name} returned nothing, not even a list")
    for answer in answers:
        many = isinstance(answer, Sequence) and not isinstance(answer, str)
        strays = [one for one in answer if not isinstance(one, Provider)] if many else []
        if strays or not many:
            got = type(answer).__name__ + "".join(f" with {type(s).__name__}" for s in strays[:1])
            expected = f"{hook.name} must return a list of Provider records, got {got}"
            raise _wrong(PluginFailed, installed, expected)
        yield from answer


def _wrong(
    error: type[PluginError], installed: Installed, message: str, *, remedy: str = ""
) -> PluginError:
    return error(message, plugin=installed.name, version=installed.version, remedy=remedy)
