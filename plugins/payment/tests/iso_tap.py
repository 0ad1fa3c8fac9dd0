"""A tap in the line to the acquirer: it keeps the host's books, and lets faults befall the line."""

import contextlib
import socket
import threading
import time
from enum import StrEnum

import iso8583
from iso8583.specs import default as SPEC  # noqa: N812


class Fault(StrEnum):
    LOST_REQUEST = "request lost"
    LOST_REPLY = "reply lost"
    LATE = "reply late"
    TWICE = "reply twice"
    CUT = "line cut"
    HOLD_REQUEST = "request held"
    HOLD_REPLY = "reply held"


class IsoTap:
    """Forwards frames to a port of 127.0.0.1. Held frames stay held."""

    def __init__(self, upstream, *, late=2.0, spec=SPEC):
        self.upstream = upstream
        self.late = late
        self.spec = spec
        self.requests = []
        self.answered = []
        self.bytes_seen = bytearray()
        self.reached = threading.Event()
        self._planned = []
        self._befallen = {}
        self._lines = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self):
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.cut()
        for thread in list(self._threads):
            thread.join(10)

    def cut(self):
        """Every line breaks."""
        for line in self._lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    @contextlib.contextmanager
    def unreachable(self):
        """Lines break, and new ones lead nowhere, until the block ends."""
        upstream, self.upstream = self.upstream, None
        self.cut()
        try:
            yield
        finally:
            self.upstream = upstream

    def plan(self, wanted, fault, times=1):
        """The next messages of a type ("0200"; first and third digit count) meet a fault."""
        self.reached.clear()
        self._planned.extend([(wanted, fault)] * times)

    def sent(self, kind):
        """Requests whose type begins so, in the order they came."""
        return [fields for fields in self.requests if fields["t"].startswith(kind)]

    def books(self):
        """Minor units that the host's own answers moved: a message counts once."""
        taken, approved, seen = 0, {}, set()
        for request, reply in self.answered:
            message = (request["t"][:3], request["11"], request["7"])
            if reply["39"] != "00" or message in seen:
                continue
            seen.add(message)
            moved = {"020": 1, "022": 1}.get(request["t"][:3], 0) * int(request.get("4", "0"))
            if request.get("3", "").startswith("20"):
                moved = -moved
            if request["t"].startswith("04"):
                moved = -approved.pop((request["90"][4:10], request["90"][10:20]), 0)
            approved[request["11"], request["7"]] = moved
            taken += moved
        return taken

    def _accept(self):
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            if self.upstream is None:
                line.close()
                continue
            try:
                host = socket.create_connection(("127.0.0.1", self.upstream))
            except OSError:
                line.close()
                continue
            self._lines += [line, host]
            for pump in (self._to_host, self._from_host):
                thread = threading.Thread(target=pump, args=(line, host))
                self._threads.append(thread)
                thread.start()

    def _to_host(self, line, host):
        with contextlib.suppress(OSError, EOFError):
            while True:
                frame = read_frame(line)
                self.bytes_seen += frame
                fields, _ = iso8583.decode(bytes(frame[2:]), self.spec)
                self.requests.append(fields)
                fault = self._fault(fields)
                self._befallen[tag(fields)] = (fault, fields)
                if fault is Fault.HOLD_REQUEST:
                    self.reached.set()
                elif fault is not Fault.LOST_REQUEST:
                    host.sendall(frame)
        shut(host)

    def _from_host(self, line, host):
        with contextlib.suppress(OSError, EOFError):
            while True:
                frame = read_frame(host)
                reply, _ = iso8583.decode(bytes(frame[2:]), self.spec)
                fault, request = self._befallen.get(tag(reply), (None, reply))
                self.answered.append((request, reply))
                if fault is Fault.HOLD_REPLY:
                    self.reached.set()
                if fault in (Fault.HOLD_REPLY, Fault.LOST_REPLY):
                    continue
                if fault is Fault.CUT:
                    break
                if fault is Fault.LATE:
                    time.sleep(self.late)
                line.sendall(frame)
                if fault is Fault.TWICE:
                    line.sendall(frame)
        shut(line)
        shut(host)

    def _fault(self, fields):
        for planned in self._planned:
            wanted, fault = planned
            if wanted == fields["t"][:3] + "0":
                self._planned.remove(planned)
                return fault
        return None


def tag(fields):
    return fields["t"][1], fields["11"], fields["7"]


def read_frame(line):
    header = exactly(line, 2)
    return header + exactly(line, int.from_bytes(header, "big"))


def exactly(line, count):
    data = bytearray()
    while len(data) < count:
        got = line.recv(count - len(data))
        if not got:
            raise EOFError
        data += got
    return data


def shut(line):
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
