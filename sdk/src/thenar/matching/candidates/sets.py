"""Named sets of references, that change while searches read them."""

from __future__ import annotations

import difflib
import threading
from collections.abc import Iterable, Mapping

from pyroaring import BitMap

from thenar.matching.candidates.expression import Expression, Name

_NOBODY = BitMap()


class Sets:
    """Sets of reference numbers by name; safe to use from several threads.

    A set is never changed in place but replaced by another, so that whoever reads
    one needs no lock, and an expression sees every set as it was at one moment.

    Args:
        kinds: what comes before the colon of names whose sets are always there,
            empty until somebody is in them. Any other name must have been given
            members, even none, before an expression may use it: a list that was
            never loaded is an error and not an empty list.
    """

    def __init__(self, kinds: Iterable[str] = ()) -> None:
        self._kinds = frozenset(kinds)
        self._sets: Mapping[str, BitMap] = {}
        self._change = threading.Lock()

    def __getitem__(self, name: str) -> BitMap:
        """The set of a name, empty where there is none; the caller must not change it."""
        return self._sets.get(name, _NOBODY)

    def names(self) -> list[str]:
        """Every name that has a set, in order."""
        return sorted(self._sets)

    def replace(self, name: str, members: Iterable[int]) -> None:
        """Let a set hold exactly these."""
        with self._change:
            self._sets = {**self._sets, name: BitMap(members)}

    def add(self, members: Mapping[str, Iterable[int]]) -> None:
        """Let references enter sets, all at one moment."""
        with self._change:
            entered = {name: self[name] | BitMap(some) for name, some in members.items()}
            self._sets = {**self._sets, **entered}

    def move(self, numbers: BitMap, into: Iterable[str], *, among: Iterable[str]) -> None:
        """Of some sets, let references be in these and in no other, all at one moment."""
        wanted = set(into)
        with self._change:
            sets = dict(self._sets)
            for name in wanted.union(among):
                held = sets.get(name, _NOBODY)
                sets[name] = held | numbers if name in wanted else held - numbers
            self._sets = sets

    def discard(self, numbers: BitMap) -> None:
        """Take references out of every set, all at one moment."""
        with self._change:
            self._sets = {
                name: held - numbers if held.intersect(numbers) else held
                for name, held in self._sets.items()
            }

    def drop(self, name: str) -> None:
        """Forget a set; an expression that names it is an error from now on."""
        with self._change:
            self._sets = {other: held for other, held in self._sets.items() if other != name}

    def select(self, expression: Expression) -> BitMap:
        """The references that an expression means.

        Raises:
            SettingsError: it names a set that was never loaded; the message shows where.
        """
        sets = self._sets

        def lookup(name: Name) -> BitMap:
            if name.text in sets:
                return sets[name.text]
            if self._is_of_a_kind(name.text):
                return _NOBODY
            raise self._unknown(expression, name)

        return BitMap(expression.root.evaluate(lookup))

    def check(self, expression: Expression, also: Iterable[str] = ()) -> None:
        """Raise SettingsError unless every name has a set, or is one of ``also``."""
        known = set(also)
        for name in expression.root.names():
            if not (name.text in known or name.text in self._sets or self._is_of_a_kind(name.text)):
                raise self._unknown(expression, name, known)

    def _is_of_a_kind(self, name: str) -> bool:
        kind, colon, _ = name.partition(":")
        return bool(colon) and kind in self._kinds

    def _unknown(self, expression: Expression, name: Name, also: Iterable[str] = ()) -> Exception:
        kinds = [f"{kind}:" for kind in self._kinds]
        known = sorted({*self._sets, *also})
        near = difflib.get_close_matches(name.text, [*known, *kinds], n=1)
        hint = f"did you mean {near[0]!r}?" if near else "load it first, even if nobody is in it"
        return expression.wrong(f"there is no set {name.text!r}", name.at, hint)
