"""The references in memory, and who may be found for what.

A gallery of every active palm of every tenant, and roaring bitmaps of reference
numbers whose intersection says who is searched: of this tenant, of this hand,
consented to this purpose, linked for it.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence

import attrs
from pyroaring import BitMap

from thenar.messages import Purpose
from thenar.protocols import Gallery
from thenar.records import Hand, LinkKind, Signature

_NO_CONSENT_NEEDED = (Purpose.LINK, Purpose.FORGET)


@attrs.frozen
class Member:
    """What must be known of a person to say whether they may be found.

    Attributes:
        person: number of the person in the database.
        subject: what their tenant knows them by.
        tenant: 32 hex digits.
        purposes: what they consented to.
        links: kind and provider of each link.
    """

    person: int
    subject: str
    tenant: str
    purposes: frozenset[Purpose]
    links: frozenset[tuple[LinkKind, str]]


class References:
    """Every palm that can be found; safe to use from several threads.

    Args:
        gallery: a new, empty one.
    """

    def __init__(self, gallery: Gallery) -> None:
        self.gallery = gallery
        self._lock = threading.Lock()
        self._sets: dict[tuple[str, ...], BitMap] = defaultdict(BitMap)
        self._members: dict[int, Member] = {}
        self._palms: dict[int, BitMap] = {}

    def __len__(self) -> int:
        return len(self._members)

    def add(self, member: Member, palms: Sequence[tuple[int, Signature]]) -> None:
        """Add a person's palms under their reference numbers; the next search sees them."""
        numbers = BitMap([number for number, _ in palms])
        self.gallery.add(palms)
        with self._lock:
            self._palms[member.person] = numbers
            for number, signature in palms:
                self._members[number] = member
                self._sets["hand", signature.hand].add(number)
            self._enter(member, numbers)

    def change(self, member: Member) -> None:
        """Take note of new links or consent of somebody who is here; others are ignored."""
        with self._lock:
            numbers = self._palms.get(member.person)
            if numbers is None:
                return
            hands = [name for name in self._sets if name[0] == "hand"]
            for name, held in self._sets.items():
                if name not in hands:
                    held -= numbers
            for number in numbers:
                self._members[number] = member
            self._enter(member, numbers)

    def remove(self, person: int) -> None:
        """Take a person's palms out; the next search does not find them."""
        with self._lock:
            numbers = self._palms.pop(person, BitMap())
            for held in self._sets.values():
                held -= numbers
            for number in numbers:
                del self._members[number]
        self.gallery.remove(numbers)

    def member(self, number: int) -> Member | None:
        """Whose palm a reference is; None when they were removed a moment ago."""
        with self._lock:
            return self._members.get(number)

    def candidates(self, tenant: str, hand: Hand, purpose: Purpose, provider: str = "") -> BitMap:
        """The references that may be found for a purpose."""
        names: list[tuple[str, ...]] = [("tenant", tenant)]
        if purpose not in _NO_CONSENT_NEEDED:
            names.append(("consent", purpose))
        if purpose.link_kind is not None or provider:
            names.append(("link", purpose.link_kind or "", provider))
        with self._lock:
            return BitMap.intersection(*(self._sets[name] for name in names), self._of(hand))

    def enrolled(self, tenant: str, hand: Hand) -> BitMap:
        """The references that a new palm must not be like."""
        with self._lock:
            return self._sets["tenant", tenant] & self._of(hand)

    def _of(self, hand: Hand) -> BitMap:
        hands = Hand if hand is Hand.UNKNOWN else (hand, Hand.UNKNOWN)
        return BitMap.union(*(self._sets["hand", one] for one in hands))

    def _enter(self, member: Member, numbers: BitMap) -> None:
        for name in _sets_of(member):
            self._sets[name] |= numbers


def _sets_of(member: Member) -> Iterable[tuple[str, ...]]:
    yield ("tenant", member.tenant)
    for purpose in member.purposes:
        yield ("consent", purpose)
    for kind, provider in member.links:
        yield from (("link", a, b) for a in (kind, "") for b in (provider, ""))
