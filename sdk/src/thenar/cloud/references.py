"""The references in memory, and who may be found for what.

A gallery of every active palm of every tenant, and roaring bitmaps of reference
numbers whose intersection says who is searched: of this tenant, of this hand,
consented to this purpose, linked for it, and in the candidate set that the
settings give the site.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

import attrs
from pyroaring import BitMap

from thenar.matching.candidates import Expression, Sets
from thenar.matching.small_blocks import overwrite_small_blocks
from thenar.messages import Purpose
from thenar.protocols import Gallery
from thenar.records import Hand, LinkKind, Signature

_NO_CONSENT_NEEDED = (Purpose.LINK, Purpose.FORGET)
OWN_KINDS = ("tenant", "hand", "algorithm", "consent", "link", "group", "directory")
"""Kinds of candidate sets that the service keeps; every other one is a list that it is given."""


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


@attrs.frozen
class Held:
    """What must be known of a palm whose bits the gallery holds.

    Attributes:
        number: of the reference.
        hand: which hand.
        algorithm: name and version of its maker, e.g. ``"blocks/1"``.
    """

    number: int
    hand: Hand
    algorithm: str

    @property
    def names(self) -> tuple[str, str]:
        """The sets that the palm is in by itself."""
        return f"hand:{self.hand}", f"algorithm:{self.algorithm}"

    @classmethod
    def of(cls, number: int, signature: Signature) -> Held:
        """A signature under a number."""
        return cls(number, signature.hand, f"{signature.algorithm}/{signature.version}")


class References:
    """Every palm that can be found; safe to use from several threads.

    Args:
        gallery: a new, empty one.
    """

    def __init__(self, gallery: Gallery) -> None:
        self.gallery = gallery
        self.sets = Sets(OWN_KINDS)
        self.sets.replace("active", ())
        self._lock = threading.Lock()
        self._members: dict[int, Member] = {}
        self._palms: dict[str, BitMap] = {}
        self._subjects: dict[int, str] = {}
        self._lists: dict[str, frozenset[str]] = {}

    def __len__(self) -> int:
        return len(self._members)

    def add(self, member: Member, palms: Sequence[tuple[int, Signature]]) -> None:
        """Add a person's palms under their reference numbers; the next search sees them."""
        self.gallery.add(palms)
        self.admit([(member, [Held.of(*palm) for palm in palms])])

    def admit(self, people: Iterable[tuple[Member, Sequence[Held]]]) -> None:
        """Let palms be found whose bits are in the gallery already."""
        with self._lock:
            alike: dict[tuple[Iterable[str], ...], list[int]] = defaultdict(list)
            for member, palms in people:
                numbers = [palm.number for palm in palms]
                before = self._palms.get(member.subject)
                held = BitMap(numbers)
                self._palms[member.subject] = held if before is None else before | held
                self._subjects[member.person] = member.subject
                for palm in palms:
                    self._members[palm.number] = member
                    alike[palm.names,].append(palm.number)
                alike[self._own_and_listed(member)].extend(numbers)
            entering: dict[str, BitMap] = defaultdict(BitMap)
            for kinds, several in alike.items():
                some = BitMap(several)
                for names in kinds:
                    for name in names:
                        entering[name] |= some
            self.sets.add(entering)

    def change(self, member: Member) -> None:
        """Take note of new links or consent of somebody who is here; others are ignored."""
        with self._lock:
            numbers = self._palms.get(member.subject)
            if numbers is None:
                return
            for number in numbers:
                self._members[number] = member
            among = [name for name in self.sets.names() if not name.startswith(_OF_PALMS)]
            self.sets.move(numbers, self._names(member), among=among)

    def remove(self, person: int) -> None:
        """Take a person's palms out; the next search does not find them."""
        self.remove_all([person])

    def remove_all(self, people: Iterable[int]) -> None:
        """Take several people's palms out; the next search finds none of them."""
        with self._lock:
            numbers = BitMap()
            for person in people:
                numbers |= self._palms.pop(self._subjects.pop(person, ""), BitMap())
            self.sets.discard(numbers)
            for number in numbers:
                del self._members[number]
        self.gallery.remove(numbers)
        overwrite_small_blocks()

    def list(self, name: str, subjects: Iterable[str]) -> None:
        """Let a candidate set hold these people's palms, also of those who enrol later."""
        with self._lock:
            listed = self._lists[name] = frozenset(subjects)
            nobody = BitMap()
            self.sets.replace(
                name, BitMap.union(nobody, *(self._palms.get(one, nobody) for one in listed))
            )

    def member(self, number: int) -> Member | None:
        """Whose palm a reference is; None when they were removed a moment ago."""
        with self._lock:
            return self._members.get(number)

    def candidates(
        self,
        tenant: str,
        hand: Hand,
        purpose: Purpose,
        provider: str = "",
        within: Expression | None = None,
    ) -> BitMap:
        """The references that may be found for a purpose.

        Args:
            tenant: whose people.
            hand: which hand was shown.
            purpose: what for.
            provider: of the link that is needed; empty: any.
            within: what else they must be in, unless they come to link something or
                to be forgotten.

        Raises:
            SettingsError: ``within`` names a list that was never loaded.
        """
        names = [f"tenant:{tenant}"]
        if purpose not in _NO_CONSENT_NEEDED:
            names.append(f"consent:{purpose}")
        if purpose.link_kind is not None or provider:
            names.append(_link(purpose.link_kind or "", provider))
        further = []
        if within is not None and purpose not in _NO_CONSENT_NEEDED:
            further.append(self.sets.select(within))
        with self._lock:
            found = BitMap.intersection(
                *(self.sets[name] for name in names), self._of(hand), *further
            )
            left = self.sets["directory:left"]
            return found if purpose in _NO_CONSENT_NEEDED else found - left

    def enrolled(self, tenant: str, hand: Hand) -> BitMap:
        """The references that a new palm must not be like."""
        with self._lock:
            return self.sets[f"tenant:{tenant}"] & self._of(hand)

    def _of(self, hand: Hand) -> BitMap:
        hands = Hand if hand is Hand.UNKNOWN else (hand, Hand.UNKNOWN)
        return BitMap.union(*(self.sets[f"hand:{one}"] for one in hands))

    def _names(self, member: Member) -> Iterable[str]:
        """The sets that a person's palms are in."""
        own, listed = self._own_and_listed(member)
        return (*own, *listed)

    def _own_and_listed(self, member: Member) -> tuple[frozenset[str], tuple[str, ...]]:
        """The service's own sets that a person's palms are in, and the lists."""
        listed = (name for name, subjects in self._lists.items() if member.subject in subjects)
        return _own(member.tenant, member.purposes, member.links), tuple(listed)


@lru_cache(maxsize=1 << 12)
def _own(
    tenant: str, purposes: frozenset[Purpose], links: frozenset[tuple[LinkKind, str]]
) -> frozenset[str]:
    """The service's own sets that people are in who have all of this."""
    names = {"active", f"tenant:{tenant}", *(f"consent:{purpose}" for purpose in purposes)}
    for kind, provider in links:
        names |= {_link(a, b) for a in (kind, "") for b in (provider, "")}
    return frozenset(names)


_OF_PALMS = ("hand:", "algorithm:")


def _link(kind: LinkKind | str, provider: str) -> str:
    """``link:ticket/pretix``; ``any`` stands for any kind, no provider for any."""
    name = f"link:{kind or 'any'}"
    return f"{name}/{provider}" if provider else name
