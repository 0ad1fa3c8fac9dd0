"""The settings of a badge door on OSDP; reading them does not load libosdp."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import attrs

from thenar.errors import InvalidRecord
from thenar_access.book import Book
from thenar_access.card_format import CardFormat
from thenar_access.limits import BAUD
from thenar_access.opens import Opens
from thenar_access.wiegand import FORMATS


class Colour(StrEnum):
    """Colours of a reader's LED."""

    RED = "red"
    GREEN = "green"
    AMBER = "amber"
    BLUE = "blue"


def _is_key(_: object, attribute: attrs.Attribute[str], value: str) -> None:
    if not value:
        return
    try:
        right = len(bytes.fromhex(value)) == 16
    except ValueError:
        right = False
    if not right:
        raise InvalidRecord(f"{attribute.name}: expected 32 hexadecimal digits.")


@attrs.frozen
class OsdpSettings:
    """The table ``[doors.NAME]`` of a badge door on OSDP.

    There is no offline policy to choose: the panel opens the door, or tells this reader to,
    and where it is away the door stays shut. A fire release is wired to the panel or to the
    lock.

    Attributes:
        port: serial device of the RS-485 line, e.g. ``"/dev/ttyUSB0"``.
        key: secure channel base key, 32 hexadecimal digits; a line without a secure
            channel is not offered. Empty: the panel sets it, by the default key, and it is
            kept in ``memory``.
        memory: file for what the panel changes: key, address and speed.
        address: of this reader on the line, 0..126.
        baud: speed of the line, bits/s.
        bits: Wiegand format of the badge numbers: 26, 34 or 37.
        format: the site's own format, in place of ``bits``.
        granted: colour in which the panel shows that it lets somebody in.
        denied: colour in which it shows that it does not.
        opens: what opens, where the lock is wired here and not at the panel; the panel's
            output 0 is this lock.
        tamper: pin of the tamper contact, e.g. ``"GPIO5"``; its state is told to the panel.
        power: pin that says that mains power failed.
        book: what is written down.
    """

    port: str
    key: str = attrs.field(default="", repr=False, validator=_is_key)
    memory: Path | None = None
    address: int = attrs.field(
        default=0, validator=[attrs.validators.ge(0), attrs.validators.le(126)]
    )
    baud: int = BAUD
    bits: int = attrs.field(default=26, validator=attrs.validators.in_(tuple(FORMATS)))
    format: CardFormat | None = None
    granted: Colour = Colour.GREEN
    denied: Colour = Colour.RED
    opens: Opens | None = None
    tamper: str | None = None
    power: str | None = None
    book: Book = attrs.field(factory=Book)

    def __attrs_post_init__(self) -> None:
        """Raises InvalidRecord."""
        if not self.key and self.memory is None:
            raise InvalidRecord("osdp: expected a key, or a memory for the one that is set.")
        if self.opens is None and self.book.evacuation is not None:
            raise InvalidRecord(
                "osdp: only the panel opens this door; wire the evacuation to the panel."
            )
