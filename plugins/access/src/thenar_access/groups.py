"""Groups: one palm, several people, each with a ticket and a passage of their own.

pretix calls a medium with several tickets that are valid at once ambiguous, and refuses it.
So the gate looks up whose turn it is: on the way in the first who is not inside, on the way
out the first who is.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

import attrs

from thenar_access.pretix_api import PretixApi

_PREFIX = "group-"


class Direction(StrEnum):
    """Which way a gate leads."""

    ENTRY = "entry"
    EXIT = "exit"


@attrs.frozen
class Group:
    """Who of a group has passed.

    Attributes:
        members: how many tickets there are.
        waiting: secrets of the tickets that may pass next, in their order.
        direction: of the gate.
    """

    members: int
    waiting: tuple[str, ...] = attrs.field(repr=False)
    direction: Direction

    @property
    def done(self) -> int:
        """How many have passed already."""
        return self.members - len(self.waiting)

    @property
    def nobody_left(self) -> str:
        """Why the next does not pass, where all have."""
        where = "inside" if self.direction is Direction.ENTRY else "outside"
        return f"all {self.members} of the group are {where}"


class Groups:
    """Looks groups up at pretix.

    Args:
        api: of pretix.
        lists: the gate's check-in lists.
        direction: of the gate.
    """

    def __init__(self, api: PretixApi, lists: Collection[int], direction: Direction) -> None:
        self._api = api
        self._lists = frozenset(lists)
        self._direction = direction

    def of(self, identifier: str) -> Group:
        """The group with this medium; empty where there is none. Raises DoorError."""
        found = [
            position
            for medium in self._api.pages(
                "reusablemedia/",
                identifier=identifier,
                type="barcode",
                active="true",
                expand="linked_orderpositions",
            )
            for position in medium["linked_orderpositions"]
        ]
        found.sort(key=lambda position: int(position["id"]))
        from_outside = self._direction is Direction.ENTRY
        waiting = [one["secret"] for one in found if self._is_inside(one) is not from_outside]
        return Group(len(found), tuple(waiting), self._direction)

    def _is_inside(self, position: Mapping[str, Any]) -> bool:
        ours = [one for one in position["checkins"] if one["list"] in self._lists]
        last = max(ours, key=lambda one: str(one["datetime"]), default=None)
        return last is not None and last["type"] == Direction.ENTRY


def new_group() -> str:
    """An identifier that a gate knows to be a group's."""
    return _PREFIX + secrets.token_hex(16)


def is_group(credential: str) -> bool:
    """Whether :func:`new_group` made it."""
    return credential.startswith(_PREFIX)
