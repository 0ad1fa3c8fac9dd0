"""An independent control panel, `osdp` on PyPI: `python other_panel.py PORT MASTER_KEY BADGE...`.

Runs in an environment of its own, since libosdp is imported by the same name. Its reader
key is derived from the master key and the reader's identity; a reader that still has the
default key is given that one. Speaks as panel.py does, and knows `output` and `status`.
"""

import json
import sys
import threading
import time

from osdp import (
    ControlPanel,
    LedColor,
    OutputControl,
    OutputControlCode,
    OutputControls,
    PermanentReaderControlCode,
    ReaderLedControl,
    ReaderLedControls,
    SerialPortOsdpConnection,
    TemporaryReaderControlCode,
)


def tell(**what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def led(colour):
    return ReaderLedControls(
        [
            ReaderLedControl(
                reader_number=0,
                led_number=0,
                temporary_mode=TemporaryReaderControlCode.SetTemporaryAndStartTimer,
                temporary_on_time=10,
                temporary_off_time=0,
                temporary_on_color=colour,
                temporary_off_color=LedColor.Black,
                temporary_timer=10,
                permanent_mode=PermanentReaderControlCode.Nop,
                permanent_on_time=0,
                permanent_off_time=0,
                permanent_on_color=LedColor.Black,
                permanent_off_color=LedColor.Black,
            )
        ]
    )


def obey(panel, bus):
    for text in sys.stdin:
        name, *rest = json.loads(text)
        if name == "output":
            number, code = rest
            control = OutputControl(number, OutputControlCode(code), 30)
            tell(done=panel.output_control(bus, 1, OutputControls([control])))
        if name == "status":
            panel.local_status(bus, 1)


def main(port, key, *badges):
    read = []
    panel = ControlPanel(bytes.fromhex(key))
    panel.on_local_status_report_reply_received = lambda _address, status: tell(
        tamper=status.tamper, power_failed=status.power_failure
    )
    panel.on_raw_card_data_reply_received = lambda _address, card: read.append(card)
    bus = panel.start_connection(SerialPortOsdpConnection(port, 9600))
    panel.add_device(bus, 1, use_crc=True, use_secure_channel=True)
    reader = panel._buses[bus]._configured_devices[1]
    threading.Thread(target=obey, args=(panel, bus), daemon=True).start()
    was_secure = False
    while True:
        secure = reader.is_security_established and not reader.is_scbkd
        if secure != was_secure:
            tell(secure=secure)
            was_secure = secure
        if not read:
            time.sleep(0.02)
            continue
        card = read.pop()
        value = int.from_bytes(card.data, "big") >> (-card.bit_count % 8)
        badge = f"{value >> 17 & 0xFF}:{value >> 1 & 0xFFFF}"  # 26 bits
        tell(bits=card.bit_count, badge=badge, format=card.format_code.value)
        panel.reader_led_control(bus, 1, led(LedColor.Green if badge in badges else LedColor.Red))


main(*sys.argv[1:])
