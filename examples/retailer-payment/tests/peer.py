"""A stand-in for the chain's switch: its interface over real HTTP, its books, and its faults."""

import json
import secrets
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

API_KEY = "key of the branch at the quay"
DECLINING = "4000000000000002"


class Refused(Exception):
    pass


class SwitchPeer:
    """The switch on a free port of this machine."""

    def __init__(self):
        self.lock = threading.Lock()
        self.fault = ""
        self.released = threading.Event()
        self.cards, self.charges, self.requests = {}, {}, {}
        self.members = {"H-1001": {"points": 250, "tier": "gold"}}
        peer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                peer.handle(self)

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
        """Within the context: ``"down"``, ``"lost reply"`` or ``"silent"``."""
        self.fault = fault
        yield
        self.fault = ""
        self.released.set()

    def handle(self, request):
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        request.close_connection = bool(self.fault)
        if self.fault == "silent":
            self.released.wait(20)
        if self.fault in ("down", "silent"):
            return
        try:
            status, answer = 200, self.answer(request, json.loads(body or "{}"))
        except Refused as refused:
            status, answer = refused.args[0], {"code": refused.args[1]}
        if self.fault == "lost reply":
            return
        told = json.dumps(answer).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(told)))
        with suppress(ConnectionError):  # whoever asked has gone
            request.end_headers()
            request.wfile.write(told)

    def answer(self, request, body):
        if request.headers.get("Authorization") != f"Bearer {API_KEY}":
            raise Refused(401, "unknown branch")
        kind, *path = [unquote(part) for part in urlsplit(request.path).path.split("/")[1:]]
        key = request.headers.get("Idempotency-Key", "")
        with self.lock:
            if kind == "requests":
                return self.answered(path[0])
            if kind == "members":
                return self.member(body["member"])
            asked = (kind, *path, json.dumps(body, sort_keys=True))
            if key in self.requests:
                if self.requests[key][0] != asked:
                    raise Refused(409, "key used for another request")
                return self.told(self.requests[key][1])
            changes = {"tokens": self.make_token, "points": self.change_points}
            change = self.change_charge if path and kind == "charges" else self.make_charge
            answer = changes.get(kind, change)(body, *path)
            self.requests[key] = (asked, answer)
            return self.told(answer)

    def answered(self, key):
        if key not in self.requests:
            raise Refused(404, "no such request")
        return self.requests[key][1]

    @staticmethod
    def told(answer):
        if answer.get("state") == "declined":
            raise Refused(402, answer["reason"])
        return answer

    def member(self, number):
        if number not in self.members:
            raise Refused(404, "no such member")
        return dict(self.members[number])

    def make_token(self, body):
        if not body["number"]:
            raise Refused(422, "no card number")
        token = f"tok-{secrets.token_hex(8)}"
        self.cards[token] = body["number"] == DECLINING
        return {"token": token}

    def make_charge(self, body):
        if body["token"] not in self.cards:
            raise Refused(402, "no such token")
        charge = f"ch-{secrets.token_hex(8)}"
        if self.cards[body["token"]]:
            amount = {"minor": body["minor"], "currency": body["currency"], "refunded": 0}
            return {"charge": charge, "state": "declined", "reason": "do not honour", **amount}
        state = "captured" if body["capture"] else "authorised"
        taken = body["minor"] if body["capture"] else 0
        self.charges[charge] = {"state": state, "held": body["minor"], "taken": taken, "back": 0}
        self.charges[charge]["currency"] = body["currency"]
        return self.shown(charge)

    def change_charge(self, body, charge, step):
        if charge not in self.charges:
            raise Refused(404, "no such charge")
        held, minor = self.charges[charge], body.get("minor", 0)
        if step == "capture":
            self.must(held["state"] == "authorised" and minor <= held["held"])
            held.update(state="captured", taken=minor)
        elif step == "cancel":
            self.must(held["state"] == "authorised")
            held.update(state="cancelled")
        else:
            self.must(
                held["state"] in ("captured", "refunded") and held["back"] + minor <= held["taken"]
            )
            held.update(state="refunded", back=held["back"] + minor)
        return self.shown(charge)

    @staticmethod
    def must(claim):
        if not claim:
            raise Refused(422, "not in this state, or for less")

    def shown(self, charge):
        held = self.charges[charge]
        minor = held["taken"] or held["held"]
        return {
            "charge": charge,
            "state": held["state"],
            "minor": minor,
            "currency": held["currency"],
            "refunded": held["back"],
        }

    def change_points(self, body):
        number = body["member"]
        member = self.member(number)
        if member["points"] + body["points"] < 0:
            raise Refused(422, "too few points")
        self.members[number]["points"] += body["points"]
        return self.member(number)
