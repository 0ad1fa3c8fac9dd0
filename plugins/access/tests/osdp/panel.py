"""A control panel, as a process of its own: `python panel.py PORT KEY BADGE... `.

Writes a line of JSON for each card read, and answers it with the LED: green for its
badges, red for the others. A badge is FACILITY:NUMBER, decoded here from the bits; of formats
that it does not know, the bits themselves. Words among the badges change what it does: `silent`
shows nothing, `output` switches output 0 in place of green, `install` takes a reader without a
key. Lines of JSON on its standard input are commands to the reader.
"""

import json
import sys
import threading
import time

import serial
from osdp import (
    Channel,
    Command,
    CommandLEDColor,
    ControlPanel,
    Event,
    LibFlag,
    LogLevel,
    PDInfo,
    StatusReportType,
)

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
    if bits not in FIELDS:
        return f"{value:0{bits}b}"
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


COMMANDS = {
    "keyset": lambda key: {"command": Command.Keyset, "type": 1, "data": bytes.fromhex(key)},
    "comset": lambda address, baud: {
        "command": Command.Comset,
        "address": address,
        "baud_rate": baud,
    },
    "buzzer": lambda times: {
        "command": Command.Buzzer,
        "reader": 0,
        "control_code": 2,
        "on_count": 2,
        "off_count": 1,
        "rep_count": times,
    },
    "text": lambda text: {
        "command": Command.Text,
        "reader": 0,
        "control_code": 2,
        "temp_time": 5,
        "offset_row": 1,
        "offset_col": 1,
        "data": text,
    },
    "output": lambda number, code: {
        "command": Command.Output,
        "output_no": number,
        "control_code": code,
        "timer_count": 30,
    },
    "status": lambda: {"command": Command.Status, "type": StatusReportType.Local, "report": b""},
}


def obey(panel, line, badges):
    """A reader that changes its address or speed is only found again by a panel that follows."""
    for text in sys.stdin:
        name, *rest = json.loads(text)
        if name == "silent":
            badges.append(name)
            continue
        panel.submit_command(1, COMMANDS[name](*rest))
        if name == "comset":
            time.sleep(1)
            line._serial.baudrate = rest[1]


def tell(**what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def answer(panel, read, badges):
    if "silent" in badges:
        return
    if "text" in badges:
        panel.submit_command(1, COMMANDS["text"]("SEE THE GUARD"))
    if read in badges and "output" in badges:
        panel.submit_command(1, COMMANDS["output"](0, 5))
    else:
        colour = CommandLEDColor.Green if read in badges else CommandLEDColor.Red
        panel.submit_command(1, led(colour))
    if "both" in badges:
        panel.submit_command(1, COMMANDS["output"](0, 5))


def main(port, key, *badges):
    badges = list(badges)
    flag = LibFlag.InstallMode if "install" in badges else LibFlag.EnforceSecure
    line = Line(port)
    panel = ControlPanel(
        [PDInfo(1, line, scbk=bytes.fromhex(key), flags=[flag])], log_level=LogLevel.Critical
    )
    panel.start()
    threading.Thread(target=obey, args=(panel, line, badges), daemon=True).start()
    was_secure = False
    while True:
        secure = panel.is_sc_active(1)
        if secure != was_secure:
            tell(secure=secure)
            was_secure = secure
        event = panel.get_event(1, timeout=0.05)
        if event is None:
            continue
        if event["event"] == Event.Status:
            tell(tamper=bool(event["report"][0]), power_failed=bool(event["report"][1]))
        if event["event"] == Event.CardRead:
            read = badge(event)
            tell(bits=event["length"], badge=read, format=event["format"])
            answer(panel, read, badges)


main(*sys.argv[1:])
