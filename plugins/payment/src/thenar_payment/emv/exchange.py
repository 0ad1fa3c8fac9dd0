"""Commands to the card, and its answers (ISO/IEC 7816-4, EMV Book 1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from thenar.errors import PaymentError

Transmit = Callable[[Sequence[int]], list[int]]
"""Sends a command to the card and gives its answer, which the caller overwrites."""

OK = 0x9000
NOT_FOUND = (0x6A82, 0x6A83, 0x6283, 0x6285, 0x6A81)
"""No such file or record, or one that is blocked."""
_MORE, _WRONG_LENGTH = 0x61, 0x6C


class Exchange:
    """One card's commands; every answer stays here until :meth:`wipe` overwrites it."""

    def __init__(self, transmit: Transmit) -> None:
        self._transmit = transmit
        self._held: list[bytearray] = []

    def select(self, name: bytes) -> memoryview | None:
        """Select an application or directory by name; None: there is none, or it is blocked."""
        status, data = self._ask([0x00, 0xA4, 0x04, 0x00, len(name), *name, 0x00])
        return self._unless_missing("SELECT", status, data)

    def options(self, data: bytes) -> memoryview:
        """GET PROCESSING OPTIONS with what the card asked for."""
        command = [0x80, 0xA8, 0x00, 0x00, len(data) + 2, 0x83, len(data), *data, 0x00]
        status, answer = self._ask(command)
        if status != OK:
            raise refused("GET PROCESSING OPTIONS", status)
        return answer

    def record(self, file: int, number: int) -> memoryview | None:
        """A record of a short file; None: there is none."""
        status, data = self._ask([0x00, 0xB2, number, file << 3 | 0x04, 0x00])
        return self._unless_missing("READ RECORD", status, data)

    def wipe(self) -> None:
        """Overwrite everything that the card has said."""
        for answer in self._held:
            answer[:] = bytes(len(answer))

    def _unless_missing(self, what: str, status: int, data: memoryview) -> memoryview | None:
        if status in NOT_FOUND:
            return None
        if status != OK:
            raise refused(what, status)
        return data

    def _ask(self, command: Sequence[int]) -> tuple[int, memoryview]:
        answer = self._sent(command)
        if answer[-2] == _WRONG_LENGTH:
            answer = self._sent([*command[:-1], answer[-1]])
        parts = [answer]
        while parts[-1][-2] == _MORE:
            parts.append(self._sent([0x00, 0xC0, 0x00, 0x00, parts[-1][-1]]))
        last = parts[-1]
        whole = bytearray(sum(len(part) - 2 for part in parts))
        self._held.append(whole)
        place = 0
        for part in parts:
            whole[place : place + len(part) - 2] = part[:-2]
            place += len(part) - 2
        return last[-2] << 8 | last[-1], memoryview(whole)

    def _sent(self, command: Sequence[int]) -> bytearray:
        said = self._transmit(command)
        answer = bytearray(said)
        self._held.append(answer)
        said[:] = [0] * len(said)
        if len(answer) < 2:
            raise PaymentError("The card gave no status.", remedy="insert it again.")
        return answer


def refused(what: str, status: int) -> PaymentError:
    """The card does not do what it was asked."""
    return PaymentError(
        f"The card answered {what} with status {status:04X}.", remedy="try another card."
    )
