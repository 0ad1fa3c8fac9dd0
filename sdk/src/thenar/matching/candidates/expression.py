"""A small language for sets: ``tickets:match-42 & consent:enter - suspended``.

======  ==================================================================
``&``   those in both
``-``   those on the left who are not on the right; a space before and after
``|``   those in either
``()``  first what is inside
======  ==================================================================

``&`` and ``-`` are taken from left to right, both before ``|``. Where ``|`` meets
``-`` without parentheses readers disagree on who is meant, so it is refused.

A name is words of letters, digits and ``_``, joined by any of ``- . : / @``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Literal

import attrs
from pyroaring import BitMap

from thenar.errors import SettingsError

_NAME = r"\w+(?:[-.:/@]+\w+)*"
_TOKEN = re.compile(rf"\s*(?:(?P<name>{_NAME})|(?P<sign>[&|()-])|(?P<other>\S))")
_LONGEST, _DEEPEST = 4000, 40

Lookup = Callable[["Name"], BitMap]
"""The set of a name; raises for a name that there is none of."""


@attrs.frozen
class Name:
    """A set by name.

    Attributes:
        text: the name.
        at: where it stands in the expression, from 0.
    """

    text: str
    at: int

    def evaluate(self, lookup: Lookup) -> BitMap:
        """The set; the caller must not change it."""
        return lookup(self)

    def names(self) -> Iterator[Name]:
        """Every name in it."""
        yield self


@attrs.frozen
class Combined:
    """Two sets made one."""

    sign: Literal["&", "|", "-"]
    left: Node
    right: Node

    def evaluate(self, lookup: Lookup) -> BitMap:
        """The set."""
        left, right = self.left.evaluate(lookup), self.right.evaluate(lookup)
        if self.sign == "&":
            return left & right
        return left | right if self.sign == "|" else left - right

    def names(self) -> Iterator[Name]:
        """Every name in it, from left to right."""
        yield from self.left.names()
        yield from self.right.names()


Node = Name | Combined


@attrs.frozen
class Expression:
    """What was written, and what it means.

    Attributes:
        text: as written.
        root: as read.
    """

    text: str
    root: Node

    def wrong(self, what: str, at: int, remedy: str) -> SettingsError:
        """An error that points at a place of the text."""
        return _wrong(self.text, what, at, remedy)


def is_name(text: str) -> bool:
    """Whether an expression can name a set so."""
    return re.fullmatch(_NAME, text) is not None


def parse(text: str) -> Expression:
    """Read an expression.

    Raises:
        SettingsError: it is not one; the message shows where.
    """
    if len(text) > _LONGEST:
        raise SettingsError(
            f"A candidate set of {len(text)} characters: at most {_LONGEST} are read.",
            remedy="give its parts names of their own.",
        )
    reader = _Reader(text)
    root = reader.either(0)
    if reader.kind:
        raise reader.wrong("expected '&', '-', '|' or the end", "join two sets by a sign")
    return Expression(text, root)


class _Reader:
    """Reads one token ahead: its kind (``""`` at the end), its text and its place."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _TOKEN.finditer(text)
        self.kind, self.word, self.at = "", "", 0
        self._next()

    def either(self, depth: int) -> Node:
        """``chain | chain | …``."""
        node, minus = self._chain(depth)
        several = False
        while self.word == "|":
            several = True
            self._next()
            right, lesser = self._chain(depth)
            minus = lesser if minus is None else minus
            node = Combined("|", node, right)
        if several and minus is not None:
            raise _wrong(
                self._text,
                "'|' and '-' meet, and readers disagree on who is meant",
                minus,
                "put parentheses around what belongs together",
            )
        return node

    def _chain(self, depth: int) -> tuple[Node, int | None]:
        """``one & one - one …``, and where its first ``-`` is."""
        node, minus = self._one(depth), None
        while self.word in ("&", "-"):
            sign: Literal["&", "-"] = "&" if self.word == "&" else "-"
            if sign == "-" and minus is None:
                minus = self.at
            self._next()
            node = Combined(sign, node, self._one(depth))
        return node, minus

    def _one(self, depth: int) -> Node:
        if self.kind == "name":
            node: Node = Name(self.word, self.at)
            self._next()
            return node
        if self.word != "(":
            raise self.wrong("expected a name or '('", "name a set here")
        opened = self.at
        if depth == _DEEPEST:
            raise self.wrong(f"more than {_DEEPEST} parentheses inside each other", "take some out")
        self._next()
        node = self.either(depth + 1)
        if self.word != ")":
            raise _wrong(self._text, "this '(' is never closed", opened, "add a ')'")
        self._next()
        return node

    def _next(self) -> None:
        match = next(self._tokens, None)
        if match is None or match.lastgroup is None:
            self.kind, self.word, self.at = "", "", len(self._text.rstrip())
            return
        self.kind, self.word = match.lastgroup, match[match.lastgroup]
        self.at = match.start(match.lastgroup)
        if self.kind == "other":
            raise self.wrong("not part of the language", "use names, &, -, | and parentheses")

    def wrong(self, what: str, remedy: str) -> SettingsError:
        """An error at the token that was just read."""
        got = f"got {self.word!r}" if self.kind else "got the end"
        return _wrong(self._text, f"{what}, {got}", self.at, remedy)


def _wrong(text: str, what: str, at: int, remedy: str) -> SettingsError:
    line = " ".join(text.splitlines()) if "\n" in text else text
    return SettingsError(
        f"Candidate set, column {at + 1}: {what}.\n    {line}\n    {' ' * at}^\n", remedy=remedy
    )
