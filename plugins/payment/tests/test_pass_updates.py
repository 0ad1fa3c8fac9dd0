"""A phone keeps a pass up to date over HTTP, as Apple describes it."""

import contextlib
import io
import json
import subprocess
import threading
import zipfile
from wsgiref.simple_server import make_server

import httpx
import pytest

from thenar.errors import SettingsError
from thenar.testing.simulated import Fault, SimulatedLoyalty
from thenar_payment.passes import PassBook, PassUpdates, apple_pass
from thenar_payment.passes.serving import Quiet, Server, load

from .pass_signer import new_keys, signer

PUBLIC = "https://passes.example"


class Phone:
    """What a phone does with a pass; it asks where and how the pass itself says."""

    def __init__(self, url, name="phone-1"):
        self.http = httpx.Client(base_url=url)
        self.name = name
        self.push_token = f"push of {name}"
        self.passes, self.since, self.modified = {}, {}, {}

    def add(self, packed):
        """Somebody adds a pass: it is registered."""
        described = opened(packed)
        self.passes[described["serialNumber"]] = described
        return self.http.post(
            self.registration(described),
            headers=self.allowed(described),
            json={"pushToken": self.push_token},
        )

    def look(self, kind="pass.example.club"):
        """Told of a change, or asked to refresh: ask which passes changed and fetch those."""
        query = {"passesUpdatedSince": self.since[kind]} if kind in self.since else {}
        reply = self.http.get(f"/v1/devices/{self.name}/registrations/{kind}", params=query)
        if reply.status_code == 204:
            return []
        told = reply.json()
        self.since[kind] = told["lastUpdated"]
        for serial in told["serialNumbers"]:
            assert self.fetch(serial).status_code in (200, 304)
        return told["serialNumbers"]

    def fetch(self, serial):
        described = self.passes[serial]
        headers = self.allowed(described)
        if serial in self.modified:
            headers["If-Modified-Since"] = self.modified[serial]
        kind = described["passTypeIdentifier"]
        reply = self.http.get(f"/v1/passes/{kind}/{serial}", headers=headers)
        if reply.status_code == 200:
            assert reply.headers["content-type"] == "application/vnd.apple.pkpass"
            self.modified[serial] = reply.headers["last-modified"]
            self.passes[serial] = opened(reply.content)
        return reply

    def remove(self, serial):
        described = self.passes[serial]
        return self.http.delete(self.registration(described), headers=self.allowed(described))

    def registration(self, described):
        kind, serial = described["passTypeIdentifier"], described["serialNumber"]
        return f"/v1/devices/{self.name}/registrations/{kind}/{serial}"

    def allowed(self, described):
        assert described["webServiceURL"] == PUBLIC
        return {"Authorization": f"ApplePass {described['authenticationToken']}"}


def opened(packed):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return json.loads(archive.read("pass.json"))


def points(described):
    return described["storeCard"]["headerFields"][0]["value"]


@pytest.fixture(scope="module")
def keys():
    return new_keys()


@pytest.fixture
def club():
    club = SimulatedLoyalty()
    club.join("M-1", points=120, tier="Gold")
    club.join("M-2", points=5)
    return club


@pytest.fixture
def settings(tmp_path, keys):
    (tmp_path / "token.key").write_bytes(bytes(range(32)))
    return signer(tmp_path, keys, web_service=PUBLIC, token_key=tmp_path / "token.key")


@pytest.fixture
def updates(settings, club, tmp_path):
    with contextlib.closing(PassBook(str(tmp_path / "passes.sqlite"))) as book:
        yield PassUpdates(settings, club, book)


@pytest.fixture
def url(updates):
    with make_server("127.0.0.1", 0, updates, Server, Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def phone(url):
    phone = Phone(url)
    with phone.http:
        yield phone


def test_points_that_were_earned_arrive_on_the_phone(updates, club, phone):
    assert phone.add(updates.issue(club.look_up("M-1"))).status_code == 201
    (serial,) = phone.look()
    assert points(phone.passes[serial]) == 120
    club.accrue("M-1", 30, idempotency_key="a purchase")
    told = []
    assert updates.tell(lambda token: told.append(token) is None) == 1
    assert told == ["push of phone-1"]
    assert phone.look() == [serial]
    assert points(phone.passes[serial]) == 150
    assert updates.tell(told.append) == 0, "told once"
    assert phone.look() == []


def test_without_a_push_a_refresh_finds_the_change(updates, club, phone):
    phone.add(updates.issue(club.look_up("M-1")))
    (serial,) = phone.look()
    club.redeem("M-1", 20, idempotency_key="a coffee")
    assert phone.look() == [serial]
    assert points(phone.passes[serial]) == 100


def test_what_did_not_change_is_not_sent_again(updates, club, phone):
    phone.add(updates.issue(club.look_up("M-1")))
    (serial,) = phone.look()
    assert phone.fetch(serial).status_code == 304
    for number in range(3):  # faster than the whole seconds that HTTP dates have
        club.accrue("M-1", 1, idempotency_key=f"purchase {number}")
        assert phone.fetch(serial).status_code == 200
        assert phone.fetch(serial).status_code == 304
    assert points(phone.passes[serial]) == 123


def test_only_passes_that_changed_since_are_named(updates, club, phone):
    for member in ("M-1", "M-2"):
        phone.add(updates.issue(club.look_up(member)))
    assert len(phone.look()) == 2
    club.accrue("M-2", 10, idempotency_key="a purchase")
    (changed,) = phone.look()
    assert points(phone.passes[changed]) == 15


def test_registering_twice_is_one_registration(updates, club, phone):
    packed = updates.issue(club.look_up("M-1"))
    assert phone.add(packed).status_code == 201
    phone.push_token = "a new push token"
    assert phone.add(packed).status_code == 200
    club.accrue("M-1", 1, idempotency_key="a purchase")
    told = []
    updates.tell(lambda token: told.append(token) is None)
    assert told == ["a new push token"]


def test_a_pass_that_was_removed_is_told_no_more(updates, club, phone):
    phone.add(updates.issue(club.look_up("M-1")))
    (serial,) = phone.look()
    assert phone.remove(serial).status_code == 200
    assert phone.remove(serial).status_code == 200, "may be repeated"
    club.accrue("M-1", 1, idempotency_key="a purchase")
    assert phone.look() == []
    told = []
    assert updates.tell(told.append) == 0
    assert told == []


def test_a_phone_that_is_gone_is_forgotten_and_one_that_was_not_told_is_told_later(
    updates, club, phone, url
):
    other = Phone(url, "phone-2")
    packed = updates.issue(club.look_up("M-1"))
    for one in (phone, other):
        assert one.add(packed).status_code == 201
    club.accrue("M-1", 1, idempotency_key="a purchase")

    def push(token):
        if token == "push of phone-1":
            raise ConnectionError("no line to the push service")
        return False  # 410: the token is good no more

    assert updates.tell(push) == 0
    told = []
    assert updates.tell(lambda token: told.append(token) is None) == 1
    assert told == ["push of phone-1"]
    other.http.close()


@pytest.mark.parametrize("given", ["", "ApplePass x", "ApplePass " + "0" * 64, "Bearer x", "é"])
def test_without_the_pass_s_own_token_nothing_is_told_or_done(updates, club, phone, given):
    phone.add(updates.issue(club.look_up("M-1")))
    (serial,) = phone.look()
    club.accrue("M-1", 1, idempotency_key="a purchase")
    phone.allowed = lambda _: {"Authorization": given.encode()}
    reply = phone.fetch(serial)
    assert (reply.status_code, reply.content) == (401, b"")
    assert phone.remove(serial).status_code == 401
    assert updates.tell(lambda _: True) == 1, "still registered"


def test_one_pass_s_token_is_no_other_s(updates, club, phone):
    for member in ("M-1", "M-2"):
        phone.add(updates.issue(club.look_up(member)))
    one, other = phone.look()
    phone.passes[one]["authenticationToken"] = phone.passes[other]["authenticationToken"]
    assert phone.fetch(one).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/devices/p/registrations/pass.other", 404),
        ("GET", "/v1/devices/p/registrations/pass.example.club?passesUpdatedSince=now", 400),
        ("GET", "/v1/devices/p/registrations/pass.example.club", 204),
        ("PUT", "/v1/devices/p/registrations/pass.example.club/x", 405),
        ("POST", "/v1/devices/p/registrations/pass.example.club/x", 401),
        ("GET", "/v1/passes/pass.other/x", 404),
        ("GET", "/v2/passes", 404),
        ("POST", "/v1/log", 200),
    ],
)
def test_what_no_phone_asks_is_refused(phone, method, path, status):
    assert phone.http.request(method, path, content=b"no JSON").status_code == status


def test_a_registration_without_a_push_token_is_refused(updates, club, phone):
    phone.push_token = None
    assert phone.add(updates.issue(club.look_up("M-1"))).status_code == 400


def test_what_phones_complain_of_is_logged_on_one_line(phone, caplog):
    caplog.set_level("INFO", logger="thenar_payment.passes")
    phone.http.post("/v1/log", json={"logs": ["first\nfake: line", "x" * 1000] * 10})
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 5
    assert said[0] == "a phone says 'first\\nfake: line'"
    assert max(map(len, said)) < 400


def test_a_programme_that_fails_leaves_the_pass_as_it_is(updates, club, phone):
    phone.add(updates.issue(club.look_up("M-1")))
    (serial,) = phone.look()
    with club.faults.every(Fault.LOST_REQUEST):
        assert phone.fetch(serial).status_code == 304
        assert phone.look() == []


def test_the_book_outlives_the_service(updates, club, phone, settings, tmp_path):
    phone.add(updates.issue(club.look_up("M-1")))
    club.accrue("M-1", 1, idempotency_key="a purchase")
    with contextlib.closing(PassBook(str(tmp_path / "passes.sqlite"))) as book:
        told = []
        assert PassUpdates(settings, club, book).tell(lambda token: told.append(token) is None)
    assert told == ["push of phone-1"]


def test_a_renewed_pass_is_signed(updates, club, phone, settings, tmp_path):
    phone.add(updates.issue(club.look_up("M-1")))
    (serial,) = phone.look()
    club.accrue("M-1", 1, idempotency_key="a purchase")
    with zipfile.ZipFile(io.BytesIO(phone.fetch(serial).content)) as archive:
        archive.extractall(tmp_path / "renewed")
    signature, manifest = (tmp_path / "renewed" / name for name in ("signature", "manifest.json"))
    command = ["openssl", "smime", "-verify", "-inform", "DER", "-binary", "-purpose", "any"]
    command += ["-in", signature, "-content", manifest, "-CAfile", settings.intermediate]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_short_token_key_is_refused(settings, club):
    settings.token_key.write_bytes(b"short")
    with pytest.raises(SettingsError, match="at least 32 bytes"):
        apple_pass(settings, club.look_up("M-1"))


def test_the_settings_file_is_read(tmp_path):
    file = tmp_path / "passes.toml"
    file.write_text(SETTINGS)
    read = load(file)
    assert read.apple.web_service == PUBLIC
    assert read.book == "/var/lib/thenar/passes.sqlite"
    file.write_text(SETTINGS.replace("https://passes", "http://passes"))
    with pytest.raises(SettingsError, match="web_service"):
        load(file)


SETTINGS = """
book = "/var/lib/thenar/passes.sqlite"

[apple]
pass_type = "pass.example.club"
team = "TEAM000001"
organisation = "The Club"
certificate = "/etc/thenar/pass.pem"
key = "/etc/thenar/pass-key.pem"
intermediate = "/etc/thenar/wwdr.pem"
web_service = "https://passes.example"
token_key = "/etc/thenar/pass-token.key"

[pretix]
url = "https://pretix.example"
organizer = "club"
token = "secret"
"""
