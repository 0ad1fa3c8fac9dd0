"""What a panel does with its reader: light, sound, text, outputs."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import attrs
from osdp import Command, CommandLEDColor

from thenar_access.osdp_settings import Colour

_COLOURS = {
    CommandLEDColor.Red: Colour.RED,
    CommandLEDColor.Green: Colour.GREEN,
    CommandLEDColor.Amber: Colour.AMBER,
    CommandLEDColor.Blue: Colour.BLUE,
}
_ON_PERMANENTLY, _ON_FOR_A_TIME, _OFF = (2, 4), (5,), (1, 3, 6)
"""Control codes of osdp_OUT (IEC 60839-11-5)."""


class Lock(StrEnum):
    """What an output command means for a lock."""

    RELEASE = "release"
    HOLD = "hold"
    CLOSE = "close"


@attrs.frozen
class Output:
    """A command for one output.

    Attributes:
        number: of the output, from 0.
        lock: what it means.
        seconds: how long, 0 for ever.
    """

    number: int
    lock: Lock
    seconds: float = 0.0


@attrs.frozen
class Buzzer:
    """A sound.

    Attributes:
        on: seconds, 0 where it is silent.
        off: seconds between two.
        times: how often; 0: until it is told to stop.
    """

    on: float
    off: float
    times: int


def colour(command: dict[str, Any]) -> Colour | None:
    """The colour of an LED command; None for those that are no answer."""
    return _COLOURS.get(command["on_color"])


def buzzer(command: dict[str, Any]) -> Buzzer:
    """A buzzer command; times come in tenths of a second."""
    sounds = command["control_code"] == 2  # 1: off
    return Buzzer(
        command["on_count"] / 10 if sounds else 0.0,
        command["off_count"] / 10,
        command["rep_count"],
    )


def output(command: dict[str, Any]) -> Output | None:
    """An output command; None for "do nothing"."""
    code, number = command["control_code"], command["output_no"]
    if code in _ON_FOR_A_TIME:
        return Output(number, Lock.RELEASE, command["timer_count"] / 10)
    if code in _ON_PERMANENTLY:
        return Output(number, Lock.HOLD)
    return Output(number, Lock.CLOSE) if code in _OFF else None


def text(command: dict[str, Any]) -> str:
    """A text command, made safe to show."""
    shown = command["data"]
    if isinstance(shown, bytes):
        shown = shown.decode("latin-1")
    return "".join(one if one.isprintable() else " " for one in str(shown)).strip()[:80]


LED, BUZZER, TEXT, OUTPUT = Command.LED, Command.Buzzer, Command.Text, Command.Output
