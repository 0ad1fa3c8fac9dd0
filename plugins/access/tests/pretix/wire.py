"""Between a gate and pretix: a proxy with planned faults."""

import contextlib
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx


class Wire:
    """Between the gate and pretix: a proxy with planned faults.

    A redemption that is *overtaken* arrives right before the next one, whose answer is asked for.
    """

    def __init__(self, target):
        wire = self
        self.fault = self.always = ""
        self.asked = []
        self._kept = None
        self._client = httpx.Client(base_url=target, timeout=30)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                fault, wire.fault = wire.fault or wire.always, ""
                wire.asked.append(self.path.rstrip("/").rpartition("/")[2])
                if fault == "request lost":
                    return self.connection.shutdown(socket.SHUT_RDWR)
                if fault == "overloaded":
                    return self._answer(503, b"{}")
                if fault == "somebody else answers":
                    return self._answer(200, b"<html>Please sign in to the stadium's Wi-Fi")
                headers = {name: self.headers[name] for name in ("authorization", "content-type")}
                if fault == "overtaken":
                    wire._kept = {"url": self.path, "content": body, "headers": headers}
                    return self.connection.shutdown(socket.SHUT_RDWR)
                if wire._kept is not None and wire.asked[-1] == "redeem":
                    kept, wire._kept = wire._kept, None
                    wire._client.post(**kept)
                answer = wire._client.post(self.path, content=body, headers=headers)
                if fault == "reply lost":
                    return self.connection.shutdown(socket.SHUT_RDWR)
                if fault == "slow":
                    time.sleep(3)
                return self._answer(answer.status_code, answer.content)

            def _answer(self, status, body):
                try:
                    self.send_response(status)
                    self.send_header("content-length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:  # the gate does not wait any longer
                    pass

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @contextlib.contextmanager
    def failing(self, fault):
        self.always = fault
        yield
        self.always = ""

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._client.close()
