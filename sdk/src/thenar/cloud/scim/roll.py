"""The directory in memory: who somebody enrolled is, by the word of the identity provider."""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import attrs

from thenar.access import Holder
from thenar.cloud.references import References

Name = tuple[str, str]
"""A tenant, and the keyed hash of something that a badge link may hold."""
LEFT, LISTED = "directory:left", "directory:listed"


@attrs.frozen
class User:
    """What must be known of a user at a door.

    Attributes:
        id: of the user.
        names: keyed hashes of what a badge link of theirs may hold.
        active: False once they left.
        begins: when their pass begins, seconds since the epoch, UTC.
        ends: when it ends.
        kind: of user, e.g. ``"visitor"``; may be empty.
    """

    id: str
    names: frozenset[Name]
    active: bool = True
    begins: float | None = None
    ends: float | None = None
    kind: str = ""


@attrs.frozen
class Group:
    """A group: its set's name, and the ids of users and groups in it."""

    id: str
    set: str
    members: frozenset[str]


def set_name(kind: str, told: str) -> str:
    """The name of a candidate set: ``"Field Staff"`` → ``"group:field-staff"``."""
    words = re.findall(r"\w+", told.casefold())
    return f"{kind}:{'-'.join(words) or 'unnamed'}"


class Roll:
    """Users, groups and whose palms they are; safe to use from several threads.

    The candidate sets ``group:NAME`` and ``directory:left`` of the references follow
    every change before the change is answered.

    Args:
        references: the palms that can be found.
    """

    def __init__(self, references: References) -> None:
        self._references = references
        self._lock = threading.RLock()
        self._users: dict[str, User] = {}
        self._groups: dict[str, Group] = {}
        self._ids: defaultdict[Name, set[str]] = defaultdict(set)
        self._subjects: defaultdict[Name, set[str]] = defaultdict(set)
        self._names: dict[str, frozenset[Name]] = {}
        self._within: defaultdict[str, set[str]] = defaultdict(set)
        """Member → the groups that it is in."""
        self._loading = False
        self._listed: set[str] = set()
        self._left: set[str] = set()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Bring the candidate sets up to date once, after many changes."""
        with self._lock:
            self._loading = True
            try:
                yield
            finally:
                self._loading = False
                self._publish(list(self._groups), list(self._names))

    def put_user(self, user: User) -> None:
        """Add or replace a user."""
        with self._lock:
            about = self._take_user(user.id)
            self._users[user.id] = user
            for name in user.names:
                self._ids[name].add(user.id)
            self._publish(self._groups_of(user.id), about | self._tied(user))

    def drop_user(self, user: str) -> None:
        """Forget a user."""
        with self._lock:
            self._publish(self._groups_of(user), self._take_user(user))

    def put_group(self, group: Group) -> None:
        """Add or replace a group."""
        with self._lock:
            before = self._take_group(group.id)
            self._groups[group.id] = group
            for member in group.members:
                self._within[member].add(group.id)
            self._publish(before | {group.id, *self._groups_of(group.id)})

    def drop_group(self, group: str) -> None:
        """Forget a group."""
        with self._lock:
            known = self._groups.get(group)
            around = self._groups_of(group)
            self._take_group(group)
            if known is not None:
                self._publish(around, also=[known.set])

    def tie(self, subject: str, names: Iterable[Name]) -> None:
        """Somebody enrolled has badge links with these names, and no others."""
        with self._lock:
            before = self._names.pop(subject, frozenset())
            for name in before:
                self._subjects[name].discard(subject)
            now = frozenset(names)
            if not before and not now:
                return
            if now:
                self._names[subject] = now
            for name in now:
                self._subjects[name].add(subject)
            users = {user for name in before | now for user in self._ids[name]}
            groups = {group for user in users for group in self._groups_of(user)}
            self._publish(groups, {subject})

    def holder(self, subject: str) -> Holder:
        """Somebody enrolled, as the directory knows them."""
        with self._lock:
            users = self._users_of(subject)
            if not users:
                return Holder(subject)
            user = max(users, key=lambda one: one.active)
            groups = self._groups_of(user.id)
            names = {"anybody", *(self._groups[group].set for group in groups)}
            if user.active:
                names.add("listed")
            if user.kind:
                names.add(set_name("type", user.kind))
        return Holder(subject, frozenset(names), user.active, user.begins, user.ends)

    def groups_of(self, user: str) -> list[str]:
        """The ids of the groups that name a user themselves."""
        with self._lock:
            return sorted(self._within[user])

    def has(self, identifier: str) -> bool:
        """Whether there is a user or group with this id."""
        with self._lock:
            return identifier in self._users or identifier in self._groups

    def is_anothers(self, user: User) -> bool:
        """Whether another user has one of these names already."""
        with self._lock:
            return any(self._ids[name] - {user.id} for name in user.names)

    def subjects(self, user: str) -> list[str]:
        """Whose palms are this user's."""
        with self._lock:
            known = self._users.get(user)
            return sorted(self._tied(known)) if known else []

    def alone(self, user: str) -> list[str]:
        """Whose palms are this user's and no other's."""
        with self._lock:
            return [one for one in self.subjects(user) if len(self._users_of(one)) == 1]

    def named(self, name: Name) -> list[str]:
        """Whose palms belong to whoever is called so, in a badge link or in the directory."""
        with self._lock:
            found = set(self._subjects[name])
            for user in self._ids[name]:
                found |= self._tied(self._users[user])
            return sorted(found)

    def _users_of(self, subject: str) -> list[User]:
        ids = {user for name in self._names.get(subject, ()) for user in self._ids[name]}
        return [self._users[user] for user in sorted(ids)]

    def _tied(self, user: User) -> set[str]:
        return {subject for name in user.names for subject in self._subjects[name]}

    def _groups_of(self, member: str) -> set[str]:
        """Every group that somebody is in, also by way of other groups."""
        found: set[str] = set()
        waiting = [member]
        while waiting:
            new = self._within[waiting.pop()] - found
            found |= new
            waiting.extend(new)
        return found

    def _everybody_in(self, group: str) -> Iterator[User]:
        seen, waiting = {group}, [group]
        while waiting:
            for member in self._groups[waiting.pop()].members - seen:
                seen.add(member)
                if member in self._groups:
                    waiting.append(member)
                elif member in self._users:
                    yield self._users[member]

    def _take_user(self, user: str) -> set[str]:
        """Take a user out; whose palms were theirs."""
        known = self._users.pop(user, None)
        if known is None:
            return set()
        for name in known.names:
            self._ids[name].discard(user)
        return self._tied(known)

    def _take_group(self, group: str) -> set[str]:
        """Take a group out; the others whose sets were its own too."""
        known = self._groups.pop(group, None)
        if known is None:
            return set()
        for member in known.members:
            self._within[member].discard(group)
        others = {one.id for one in self._groups.values() if one.set == known.set}
        if not others:
            self._references.list(known.set, ())
        return others

    def _publish(
        self, groups: Iterable[str], about: Iterable[str] = (), also: Iterable[str] = ()
    ) -> None:
        """Bring the candidate sets up to date. Groups of one name have one set.

        Args:
            groups: ids of those whose members changed.
            about: subjects who may have come or left.
            also: names of sets of groups that are gone.
        """
        if self._loading:
            return
        self._publish_standing(about)
        names = {self._groups[group].set for group in groups if group in self._groups}
        for name in names.union(also):
            users = (
                user
                for group in self._groups.values()
                if group.set == name
                for user in self._everybody_in(group.id)
            )
            self._references.list(name, {one for user in users for one in self._tied(user)})

    def _publish_standing(self, about: Iterable[str]) -> None:
        listed, left = set(self._listed), set(self._left)
        for subject in about:
            users = self._users_of(subject)
            for names, is_in in (
                (listed, any(user.active for user in users)),
                (left, bool(users) and not any(user.active for user in users)),
            ):
                (names.add if is_in else names.discard)(subject)
        if left != self._left:
            self._left = left
            self._references.list(LEFT, left)
        if listed != self._listed:
            self._listed = listed
            self._references.list(LISTED, listed)
