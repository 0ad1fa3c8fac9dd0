"""Who may be enrolled, and how they are reached."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from thenar.records._checks import text


def _as_set(groups: Iterable[str]) -> frozenset[str]:
    return frozenset(groups)


@attrs.frozen
class DirectoryEntry:
    """One person in a directory: a member of staff, a ticket holder.

    Attributes:
        external_id: the directory's own identifier.
        active: False once they left.
        groups: names usable as candidate sets.
        display_name: shown to staff at enrolment, may be empty.
    """

    external_id: str = attrs.field(validator=text)
    active: bool = True
    groups: frozenset[str] = attrs.field(default=frozenset(), converter=_as_set)
    display_name: str = attrs.field(default="", repr=False)


@attrs.frozen
class Message:
    """Something to be told to one person.

    Attributes:
        address: where to: e-mail address or phone number.
        subject: one line.
        body: plain text; may hold a one-time code, so it is never shown in logs.
    """

    address: str = attrs.field(validator=text, repr=False)
    subject: str = attrs.field(validator=text)
    body: str = attrs.field(validator=text, repr=False)
