"""The settings of a badge door on OSDP; reading them does not load libosdp."""

from __future__ import annotations

from enum import StrEnum

import attrs

from thenar.errors import InvalidRecord
from thenar_access.limits import BAUD
from thenar_access.wiegand import FORMATS


class Colour(StrEnum):
    """Colours of a reader's LED."""

    RED = "red"
    GREEN = "green"
    AMBER = "amber"
    BLUE = "blue"


def _is_key(_: object, attribute: attrs.Attribute[str], value: str) -> None:
    try:
        right = len(bytes.fromhex(value)) == 16
    except ValueError:
        right = False
    if not right:
        raise InvalidRecord(f"{attribute.name}: expected 32 hexadecimal digits.")


@attrs.frozen
class OsdpSettings:
    """The table ``[doors.NAME]`` of a badge door on OSDP.

    There is no offline policy to choose: the panel opens the door, and where it is away
    the door stays shut. A fire release is wired to the panel or to the lock.

    Attributes:
        port: serial device of the RS-485 line, e.g. ``"/dev/ttyUSB0"``.
        key: secure channel base key, 32 hexadecimal digits; a line without a secure
            channel is not offered.
        address: of this reader on the line, 0..126.
        baud: speed of the line, bits/s.
        bits: Wiegand format of the badge numbers: 26, 34 or 37.
        granted: colour in which the panel shows that it lets somebody in.
        denied: colour in which it shows that it does not.
    """

    port: str
    key: str = attrs.field(repr=False, validator=_is_key)
    address: int = attrs.field(
        default=0, validator=[attrs.validators.ge(0), attrs.validators.le(126)]
    )
    baud: int = BAUD
    bits: int = attrs.field(default=26, validator=attrs.validators.in_(tuple(FORMATS)))
    granted: Colour = Colour.GREEN
    denied: Colour = Colour.RED
