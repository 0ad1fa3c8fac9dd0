"""A control panel, as a process of its own: `python panel.py PORT KEY BADGE... `.

Writes a line of JSON for each card read, and answers it with the LED: green for its
badges, red for the others. A badge is FACILITY:NUMBER, decoded here from the bits.
"""

import json
import sys
import time

import serial
from osdp import Channel, Command, CommandLEDColor, ControlPanel, Event, LibFlag, LogLevel, PDInfo

FIELDS = {26: (8, 16), 34: (16, 16), 37: (16, 19)}


class Line(Channel):
    def __init__(self, port):
        super().__init__()
        self._serial = serial.Serial(port, 9600, timeout=0)

    def read(self, max_bytes):
        return self._serial.read(max_bytes)

    def write(self, buf):
        return self._serial.write(buf)

    def flush(self):
        pass


def badge(event):
    """The badge number in a card read."""
    bits = event["length"]
    value = int.from_bytes(event["data"], "big") >> (-bits % 8)
    facility, number = FIELDS[bits]
    data = value >> 1 & (1 << facility + number) - 1
    return f"{data >> number}:{data & (1 << number) - 1}"


def led(colour):
    return {
        "command": Command.LED,
        "reader": 0,
        "led_number": 0,
        "control_code": 2,
        "on_count": 10,
        "off_count": 0,
        "on_color": colour,
        "off_color": CommandLEDColor.Black,
        "timer_count": 10,
        "temporary": True,
    }


def tell(**what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main(port, key, *badges):
    panel = ControlPanel(
        [PDInfo(1, Line(port), scbk=bytes.fromhex(key), flags=[LibFlag.EnforceSecure])],
        log_level=LogLevel.Critical,
    )
    panel.start()
    was_secure = False
    while True:
        secure = panel.is_sc_active(1)
        if secure != was_secure:
            tell(secure=secure)
            was_secure = secure
        event = panel.get_event(1, timeout=0.05)
        if event is None or event["event"] != Event.CardRead:
            continue
        read = badge(event)
        tell(bits=event["length"], badge=read, format=event["format"])
        if "silent" not in badges:
            colour = CommandLEDColor.Green if read in badges else CommandLEDColor.Red
            panel.submit_command(1, led(colour))
        time.sleep(0)


main(*sys.argv[1:])
