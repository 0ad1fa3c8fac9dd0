"""A virtual EMV card for vpcd, pcscd's driver for virtual readers.

Run as a process of its own: connected is inserted, ended is taken out. The card is a list
of answers by command, as hex, written out by hand after EMV Book 1, annex C and D, and
Book 3, annex E, so that none of them is made by the code that reads them.

Source of the protocol: frankmorgner.github.io/vsmartcard/virtualsmartcard/api.html
(two bytes of length; 00 off, 01 on, 02 reset, 04 asks for the ATR; all else is a command).
"""

import json
import socket
import struct
import sys

ATR = bytes.fromhex("3B8001 81".replace(" ", ""))


def received(line, count):
    data = b""
    while len(data) < count:
        more = line.recv(count - len(data))
        if not more:
            sys.exit(0)
        data += more
    return data


def main(port, card):
    """Answer until the card is taken out, or says itself that it is."""
    line = socket.create_connection(("127.0.0.1", port))
    while True:
        (length,) = struct.unpack(">H", received(line, 2))
        asked = received(line, length)
        if length == 1:
            if asked == b"\x04":
                line.sendall(struct.pack(">H", len(ATR)) + ATR)
            continue
        answer = answered(card, asked.hex().upper())
        if answer == "GONE":
            # at once: vpcd waits for good on a card that takes its leave
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            line.close()
            return
        said = bytes.fromhex(answer)
        line.sendall(struct.pack(">H", len(said)) + said)


def answered(card, asked):
    """The answer to the longest beginning that the card knows; without one: not found."""
    known = [start for start in card if asked.startswith(start)]
    return card[max(known, key=len)].replace(" ", "") if known else "6A82"


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(sys.stdin.readline()))
