"""From TOML values to settings classes: nothing is coerced, everything wrong is named.

A message names the key, what was expected and which *kind* of value came. It
never shows the value of a field whose attrs field says ``repr=False``: that is
how a settings class marks a secret.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from enum import EnumType
from functools import cache
from pathlib import Path as FilePath
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import attrs
from cattrs import Converter
from cattrs.cols import list_structure_factory
from cattrs.dispatch import StructureHook
from cattrs.errors import (
    AttributeValidationNote,
    BaseValidationError,
    ForbiddenExtraKeysError,
    IterableValidationNote,
)

from thenar.errors import SettingsError
from thenar.settings.document import Document, Path
from thenar.settings.secrets import with_secrets

T = TypeVar("T")

_TOML_WORDS: dict[Any, str] = {
    bool: "true or false",
    int: "an integer",
    float: "a number",
    str: "a string",
    FilePath: "a path",
    datetime: "a date and time",
    date: "a date",
    time: "a time",
    NoneType: "nothing",
}
_ARRAYS: dict[Any, Any] = {
    list: list,
    tuple: tuple,
    set: set,
    frozenset: frozenset,
    Sequence: tuple,
}


def structure(document: Document, path: Path, into: type[T], *, besides: Sequence[str] = ()) -> T:
    """The table at a path as an instance of an attrs class.

    Args:
        document: the settings file.
        path: of the table; one that is not there counts as empty.
        into: attrs class.
        besides: keys of the table that belong to somebody else.

    A secret may be named instead of written; see :mod:`thenar.settings.secrets`.

    Raises:
        SettingsError: names each wrong key with its line, and the known keys.
    """
    own = {key: value for key, value in document.table(path).items() if key not in besides}
    own = with_secrets(own, into, document, path)
    try:
        return _converter().structure(own, into)
    except BaseValidationError as error:
        told = "\n".join(dict.fromkeys(_explain(error, into, document, path)))
        raise SettingsError(told, remedy=f"correct {document.file}.") from None


@cache
def _converter() -> Converter:
    converter = Converter(forbid_extra_keys=True, use_alias=True)

    def exactly(*kinds: type) -> StructureHook:
        def check(value: object, wanted: type[Any]) -> object:
            if type(value) not in kinds:
                raise TypeError
            return value if type(value) is wanted else wanted(value)  # a float, path or StrEnum

        return check

    for kind in (bool, int, str, datetime, date, time):
        converter.register_structure_hook(kind, exactly(kind))
    converter.register_structure_hook(float, exactly(int, float))
    converter.register_structure_hook(FilePath, exactly(str))

    @converter.register_structure_hook_factory(_is_plain_union)
    def unions(wanted: type[Any]) -> StructureHook:
        allowed = set(get_args(wanted)) | ({int} if float in get_args(wanted) else set())

        def check(value: object, _: object) -> object:
            if type(value) not in allowed:
                raise TypeError
            return value

        return check

    @converter.register_structure_hook_factory(_is_array)
    def arrays(wanted: type[Any], inner: Converter) -> StructureHook:
        elements, shape = list_structure_factory(wanted, inner), _ARRAYS[get_origin(wanted)]

        def check(value: object, _: object) -> object:
            if not isinstance(value, list):
                raise TypeError
            return shape(elements(value, wanted))

        return check

    return converter


def _is_array(wanted: type[Any]) -> bool:
    arguments = get_args(wanted)
    if get_origin(wanted) is tuple:
        return len(arguments) == 2 and arguments[1] is ...
    return get_origin(wanted) in _ARRAYS


def _is_plain_union(wanted: type[Any]) -> bool:
    """A union of TOML's own values, e.g. ``int | str``; cattrs knows ``X | None`` by itself."""
    kinds = set(get_args(wanted)) - {NoneType}
    return get_origin(wanted) in (Union, UnionType) and len(kinds) > 1 and kinds <= set(_TOML_WORDS)


def _explain(error: Exception, into: type[Any], document: Document, path: Path) -> Iterator[str]:
    """One sentence for each thing that is wrong, each with its place."""
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            path, into = (*path, _key(into, note.name)), note.type
        elif isinstance(note, IterableValidationNote):
            path, into = (*path, note.index), note.type
    if isinstance(error, BaseValidationError):
        for inner in error.exceptions:
            yield from _explain(inner, error.cl, document, path)
    elif isinstance(error, ForbiddenExtraKeysError):
        for key in sorted(error.extra_fields):
            yield f"{document.where((*path, key))}: {_unknown(key, error.cl)}"
    elif isinstance(error, KeyError) and document.value(path) is None:
        yield f"{document.where(path)}: missing; expected {_spoken(into)}."
    elif isinstance(error, TypeError) or not attrs.has(into):
        got = _toml_kind(document.value(path))
        yield f"{document.where(path)}: expected {_spoken(into)}, got {got}."
    else:
        yield f"{document.where(path)}: {_without_secrets(error, into, document.value(path))}"


def _unknown(key: str, cls: type) -> str:
    known = [field.alias for field in attrs.fields(cls) if field.init]
    near = difflib.get_close_matches(key, known, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"unknown key {key!r}; known are {', '.join(known) or 'none'}.{hint}"


def _key(cls: type[Any], attribute: str) -> str:
    fields = attrs.fields_dict(cls) if attrs.has(cls) else {}
    return str(fields[attribute].alias) if attribute in fields else attribute


def _without_secrets(error: Exception, cls: type, table: object) -> str:
    told = str(error.args[0]) if error.args else type(error).__name__
    for field in attrs.fields(cls):
        value = table.get(field.alias) if isinstance(table, Mapping) else None
        if field.repr is False and value is not None:
            told = told.replace(str(value), "•••")
    return told


def _spoken(wanted: type[Any]) -> str:
    """What a type is called towards somebody who writes TOML."""
    if wanted in _TOML_WORDS:
        return _TOML_WORDS[wanted]
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin in (Union, UnionType):
        return " or ".join(_spoken(one) for one in arguments if one is not NoneType)
    if origin is Literal:
        return "one of " + ", ".join(repr(one) for one in arguments)
    if isinstance(wanted, EnumType):
        return "one of " + ", ".join(repr(one.value) for one in wanted)
    if _is_array(wanted):
        return f"an array, each {_spoken(arguments[0])}"
    return "a table" if attrs.has(wanted) or origin is not None else str(wanted)


def _toml_kind(value: object) -> str:
    if isinstance(value, Mapping):
        return "a table"
    return "an array" if isinstance(value, list) else _TOML_WORDS.get(type(value), "something else")
