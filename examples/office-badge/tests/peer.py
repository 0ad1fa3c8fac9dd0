"""A stand-in for the company's access server, over real HTTP, with its faults."""

import json
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = "token of the reader in the lobby"
PAGE = 2
PEOPLE = [
    {"id": "s-1", "active": True, "floors": ["ground", "second"], "name": "Zoë Müller"},
    {"id": "s-2", "active": False, "floors": [], "name": "松本"},
    {"id": "s-3", "active": True, "floors": ["ground"], "name": "شهاب"},
]


class AccessServerPeer:
    """The access server on a free port of this machine."""

    def __init__(self):
        self.badges = {"Badge-1": True, "Badge-2": False}
        self.opened = []
        self.fault = ""
        self.released = threading.Event()
        peer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                peer.handle(self)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def close(self):
        self.released.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    @contextmanager
    def failing(self, fault):
        """Within the context: ``"down"``, ``"silent"``, or a text that is its answer."""
        self.fault = fault
        yield
        self.fault = ""
        self.released.set()

    def handle(self, request):
        body = json.loads(request.rfile.read(int(request.headers.get("Content-Length") or 0)))
        request.close_connection = bool(self.fault)
        if self.fault == "silent":
            self.released.wait(20)
        if self.fault in ("down", "silent"):
            return
        known = request.headers.get("Authorization") == f"Bearer {TOKEN}"
        told = (self.fault or json.dumps(self.answer(request.path, body))).encode()
        request.send_response(200 if known else 401)
        request.send_header("Content-Length", str(len(told)))
        with suppress(ConnectionError):  # whoever asked has gone
            request.end_headers()
            request.wfile.write(told)

    def answer(self, path, body):
        if path == "/people":
            if "id" in body:
                return {"people": [one for one in PEOPLE if one["id"] == body["id"]]}
            return {"people": PEOPLE[PAGE * body["page"] :][:PAGE]}
        if path == "/doors/7/open":
            self.opened.append(body["request"])
            return {"opened": True}
        active = self.badges.get(body["badge"])
        reason = {True: "badge active", False: "badge blocked", None: "no such badge"}[active]
        return {"allow": active is True, "reason": reason}
