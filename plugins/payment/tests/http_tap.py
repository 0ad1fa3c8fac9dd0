"""A tap in the line to Stripe: it notes what passes, and lets faults befall it."""

import contextlib
import http.client
import re
import threading
import time
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Fault(StrEnum):
    LOST_REQUEST = "request lost"
    LOST_REPLY = "reply lost"
    LATE = "reply late"
    HOLD_REQUEST = "request held"
    HOLD_REPLY = "reply held"


class HttpTap:
    """Forwards to a port of 127.0.0.1. Held traffic waits until :meth:`close`."""

    def __init__(self, upstream, *, late=2.5):
        self.upstream = upstream
        self.late = late
        self.requests = []
        self.reached = threading.Event()
        self.released = threading.Event()
        self.keys = None
        """Where it is a dictionary: replies by key, given again as Stripe does for a day."""
        self._planned = []
        self._every = None
        self._changed = {}
        self._lock = threading.Lock()
        tap = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                tap.pass_on(self)

            do_POST = do_DELETE = do_GET  # noqa: N815

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def close(self):
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def plan(self, path, fault):
        """The next POST whose path matches meets a fault."""
        self.reached.clear()
        self._planned.append((re.compile(path), fault))

    @contextlib.contextmanager
    def every(self, fault, path=""):
        """Every request whose path matches meets a fault, until the block ends."""
        self.released.clear()
        self._every = (re.compile(path), fault)
        try:
            yield
        finally:
            self._every = None
            self.released.set()

    @contextlib.contextmanager
    def changing(self, headers):
        """Headers of requests are changed: name, in lower case → function of its value."""
        self._changed = headers
        try:
            yield
        finally:
            self._changed = {}

    def pass_on(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        self.requests.append((handler.command, handler.path, dict(handler.headers), body))
        fault = self._fault(handler)
        if fault is Fault.HOLD_REQUEST:
            self.reached.set()
            self.released.wait(60)
        if fault in (Fault.HOLD_REQUEST, Fault.LOST_REQUEST):
            handler.close_connection = True
            return
        status, headers, answer = self._answered(handler, body)
        if fault is Fault.HOLD_REPLY:
            self.reached.set()
            self.released.wait(60)
        if fault is Fault.LATE:
            time.sleep(self.late)
        if fault in (Fault.HOLD_REPLY, Fault.LOST_REPLY):
            handler.close_connection = True
            return
        try:
            handler.send_response_only(status)
            for name, value in headers:
                if name.lower() in ("content-type", "idempotent-replayed", "retry-after"):
                    handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(answer)))
            handler.end_headers()
            handler.wfile.write(answer)
        except OSError:  # the caller has hung up
            handler.close_connection = True

    def _fault(self, handler):
        if self._every and self._every[0].search(handler.path):
            return self._every[1]
        if handler.command != "POST":
            return None
        with self._lock:
            for planned in self._planned:
                if planned[0].search(handler.path):
                    self._planned.remove(planned)
                    return planned[1]
        return None

    def _answered(self, handler, body):
        key = handler.headers.get("Idempotency-Key")
        sent = as_localstripe_wants(handler.path, body)
        if self.keys is None or key is None:
            return self._forward(handler, sent)
        if key not in self.keys:
            self.keys[key] = (handler.path, body, self._forward(handler, sent))
        path, first, reply = self.keys[key]
        if (path, first) != (handler.path, body):
            headers = [("Content-Type", "application/json")]
            return 400, headers, b'{"error": {"type": "idempotency_error"}}'
        return reply

    def _forward(self, handler, body):
        line = http.client.HTTPConnection("127.0.0.1", self.upstream, timeout=20)
        try:
            headers = {
                name: self._changed.get(name.lower(), str)(value)
                for name, value in handler.headers.items()
                if name.lower() not in ("host", "content-length", "connection")
            }
            line.request(handler.command, handler.path, body or None, headers)
            reply = line.getresponse()
            return reply.status, reply.getheaders(), reply.read()
        finally:
            line.close()


def as_localstripe_wants(path, body):
    """localstripe insists on the three digits of a card's back, which a chip does not give."""
    if path == "/v1/payment_methods":
        return body + b"&card%5Bcvc%5D=000"
    return body
