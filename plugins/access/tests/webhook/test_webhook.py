"""A door whose own server decides: a real server, which checks signatures with another library."""

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from thenar.settings import Settings
from thenar.testing.contracts import Ability
from thenar_access.webhook import WebhookSettings

from ..badge_contract import BadgeDoorContract

SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo="


class SiteServer:
    """Decides by a list; remembers what it was told."""

    def __init__(self):
        site = self
        self.badges, self.told, self.fault, self.answers = {"Badge-1"}, [], "", {}

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                fault = site.fault
                try:
                    message = Webhook(SECRET).verify(body, dict(self.headers))
                except WebhookVerificationError:
                    return self._say(401, b"{}")
                if fault == "silent":
                    time.sleep(3)
                said = site.decide(self.headers["webhook-id"], message)
                if fault == "reply lost":
                    return self.connection.shutdown(2)
                if fault == "broken":
                    return self._say(500, b"{}")
                if fault == "not understood":
                    return self._say(200, b'{"allow": "yes"}')
                if fault == "redirect":
                    return self._say(302, b"", location="http://127.0.0.1:9/")
                return self._say(200, json.dumps(said).encode())

            def _say(self, status, body, **headers):
                with contextlib.suppress(OSError):  # the door does not wait any longer
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("content-length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/doors"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def decide(self, identifier, message):
        self.told.append((identifier, message["type"], message["data"]))
        if message["type"] == "door.withdrawn":
            return {}
        known = message["data"]["credential"] in self.badges
        return {"allow": known, "reason": "on the list" if known else "not on the list"}

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    @contextlib.contextmanager
    def failing(self, fault):
        self.fault = fault
        yield
        self.fault = ""


@pytest.fixture
def server():
    running = SiteServer()
    yield running
    running.close()


@pytest.fixture
def settings(server, turnstile):
    def write(offline="fail closed", secret=SECRET, url=""):
        return (
            f'[doors.north]\nprovider = "webhook"\nurl = "{url or server.url}"\n'
            f'secret = "{secret}"\noffline = "{offline}"\n{turnstile.settings()}'
        )

    return write


def test_the_site_s_server_decides(host, server, settings, turnstile):
    gate = host(settings())
    yes, no = gate.enter("Badge-1"), None
    turnstile.wait_until_locked()
    no = gate.enter("Badge-2")
    assert (yes.allow, yes.reason) == (True, "on the list")
    assert (no.allow, no.reason, no.offline) == (False, "not on the list", None)
    assert turnstile.pulses == 1
    identifier, kind, data = server.told[0]
    assert (identifier, kind) == (yes.request_id, "door.asked")
    assert (data["door"], data["credential"]) == ("north", "Badge-1")
    assert data["subject"]
    assert abs(data["time"] - time.time()) < 60


@pytest.mark.parametrize("what", ["reply lost", "silent", "broken", "not understood", "redirect"])
def test_without_an_answer_the_door_stays_shut_and_the_server_is_told(
    host, server, settings, turnstile, what, fault
):
    gate = host(settings())
    with server.failing(what):
        decision = gate.enter("Badge-1")
    assert (decision.allow, decision.offline, turnstile.pulses) == (False, "fail closed", 0)
    until = time.monotonic() + 60
    while not any(kind == "door.withdrawn" for _, kind, _ in server.told):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert server.told[-1][2]["asked"] == decision.request_id
    fault("webhook", what, decision, opened=False)


@pytest.mark.parametrize("offline", ["fail closed", "fail open"])
def test_the_server_is_away(host, settings, turnstile, offline, fault):
    gate = host(settings(offline, url="http://127.0.0.1:9/"))
    decision = gate.enter("Badge-1")
    opens = offline == "fail open"
    assert (decision.allow, decision.offline, turnstile.pulses) == (opens, offline, opens)
    fault("webhook", f"away, {offline}", decision, opened=opens)


def test_another_secret_is_refused_by_the_server(host, server, settings, turnstile, fault):
    gate = host(settings(secret="whsec_" + "A" * 32))
    decision = gate.enter("Badge-1")
    assert (decision.allow, server.told, turnstile.pulses) == (False, [], 0)
    fault("webhook", "secrets differ", decision, opened=False)


def test_the_server_hears_that_nobody_passed(host, server, settings, turnstile):
    gate = host(settings())
    turnstile.people = False
    decision = gate.enter("Badge-1")
    assert decision.allow
    until = time.monotonic() + 60
    while server.told[-1][1] != "door.withdrawn":
        assert time.monotonic() < until
        time.sleep(0.05)
    assert server.told[-1][2] == {"asked": decision.request_id, "why": "nobody passed"}


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("url", "http://doors.example/", "https"),
        ("url", "ftp://127.0.0.1/", "https"),
        ("url", "https://", "https"),
        ("secret", "whsec_short", "24 bytes"),
        ("secret", "hush hush", "24 bytes"),
    ],
)
def test_settings_are_checked_and_no_secret_is_shown(key, value, told):
    keys = {"url": "https://doors.example/", "secret": SECRET, key: value}
    lines = "\n".join(f'{name} = "{one}"' for name, one in keys.items())
    settings = Settings.parse(
        f'[doors.a]\nprovider = "webhook"\n{lines}\n'
        '[doors.a.opens.modbus]\nhost = "h"\ncoil = 0\nreleased = 0'
    )
    with pytest.raises(Exception, match=told) as error:
        settings.door("a", WebhookSettings)
    assert "hush" not in str(error.value)


class TestWebhookDoor(BadgeDoorContract):
    abilities = (Ability.OPENINGS, Ability.UNREACHABLE, Ability.LOST_REPLY, Ability.SILENT)

    @pytest.fixture
    def settings_of_door(self, settings):
        return settings()

    @pytest.fixture
    def unreachable(self, server):
        return server.failing("broken")

    @pytest.fixture
    def lost_reply(self, server):
        return server.failing("reply lost")

    @pytest.fixture
    def silent(self, server):
        return server.failing("silent")
