"""The admin page: who may come in, what they see, what each role may do."""

import re
import time

import pytest

from thenar.client import AdminClient
from thenar.cloud import audit
from thenar.cloud.housekeeping import tidy
from thenar.errors import CloudRefused
from thenar.messages import Purpose
from thenar.records import Decision

from .chromium import DESK, PHONE, chromium, faults, opened
from .conftest import ADMIN_KEY, Running
from .files import written

OWNER, MANAGER, VIEWER = "eve@example.org", "max@example.org", "+34 600 000 000"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A tenant with staff of every role, a device, and somebody enrolled."""
    running = Running(tmp_path_factory.mktemp("site") / "cloud")
    running.start()
    running.device = running.tenant("Corner Shop")
    running.tenant_id = running.device.identity.tenant
    with AdminClient(running.url, ADMIN_KEY) as admin:
        for contact, role in ((OWNER, "owner"), (MANAGER, "manager"), (VIEWER, "viewer")):
            made = admin.add_staff(running.tenant_id, contact, role)
            assert made.page == f"/admin/{running.tenant_id}/"
    running.device.enrol_person(1, running.card())
    running.desks = {}
    yield running
    running.stop()


class Desk:
    """A member of staff at a browser."""

    def __init__(self, site, tenant=None):
        self.site = site
        self.http = site.http(follow_redirects=True)
        self.root = f"/admin/{tenant or site.tenant_id}/"

    def get(self, path=""):
        return self.http.get(self.root + path)

    def post(self, path, page=None, **data):
        token = re.search(r'name="csrf" value="([^"]+)"', (page or self.get("staff")).text)
        return self.http.post(self.root + path, data={"csrf": token.group(1), **data})

    def sign_in(self, contact):
        before = len(self.site.notifier.delivered(contact))
        self.http.post(f"{self.root}code", data={"contact": contact})
        for _ in range(500):
            if len(self.site.notifier.delivered(contact)) > before:
                break
            time.sleep(0.01)
        code = re.search(r"[0-9]{6}", self.site.notifier.delivered(contact)[-1].body).group()
        return self.http.post(f"{self.root}session", data={"contact": contact, "code": code})


def desk(site, contact):
    """Signed in; once a module, since codes are few."""
    if contact not in site.desks:
        site.desks[contact] = Desk(site)
        assert "Sign out" in site.desks[contact].sign_in(contact).text
    return site.desks[contact]


def test_only_staff_come_in(site):
    nobody = Desk(site)
    assert "For staff" in nobody.get().text
    for path in ("sites", "events", "staff", "close", f"devices/{'0' * 32}"):
        assert nobody.get(path).status_code == 401, path
    before = len(site.notifier.delivered("ada@example.org"))
    nobody.http.post(f"{nobody.root}code", data={"contact": "ada@example.org"})
    time.sleep(0.05)
    assert len(site.notifier.delivered("ada@example.org")) == before


def test_a_session_of_staff_is_none_of_a_customers(site):
    """Even for somebody who is both, with one contact."""
    site.device.enrol_person(3, contact=OWNER)
    (token,) = desk(site, OWNER).http.cookies.values()
    browser = site.http(cookies={"thenar_portal": token})
    home = browser.get(f"/portal/{site.tenant_id}/").text
    assert "Nobody is enrolled with this contact." in home
    assert "Right palm" not in home


def test_the_overview_counts(site):
    site.device.show(1, Purpose.PAY)
    site.device.show(2, Purpose.PAY)
    with pytest.raises(CloudRefused):
        site.device.payment("0" * 32)
    tidy(site.service, site.app.state.standings)
    page = desk(site, VIEWER).get().text
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "People enrolled 2" in text
    assert "Palms recognised 1" in text
    assert "50.0 %" in text
    assert re.search(r"Requests in each of the last 24 hours, at most [4-9]", page)


def test_a_device_is_seen_and_says_how_it_does(site):
    site.device.report(version="9.9.9", camera="uvc <x>", trouble="camera-unavailable")
    page = desk(site, VIEWER).get("sites").text
    for told in ("9.9.9", "uvc &lt;x&gt;", "camera-unavailable"):
        assert told in page
    assert ">Trouble<" in page
    site.device.report(version="9.9.9")
    assert ">Well<" in desk(site, VIEWER).get("sites").text
    site.ahead = 181.0
    assert ">Silent<" in desk(site, VIEWER).get("sites").text
    site.ahead = 0.0


def test_staff_read_it_in_spanish(site):
    spanish = Desk(site)
    chosen = spanish.get("language/es")
    assert '<html lang="es">' in chosen.text
    assert "Para el personal" in chosen.text
    spanish.http.cookies.update(desk(site, VIEWER).http.cookies)
    overview = spanish.get()
    assert overview.headers["content-language"] == "es"
    assert "Personas registradas" in overview.text
    assert "Ha entrado como +34 600 000 000, observador." in overview.text
    refused = spanish.post("sites", page=overview, name="north", once="0" * 8)
    assert refused.status_code == 401
    assert "Su papel no basta para esto." in refused.text
    assert 'lang="en"' in desk(site, VIEWER).get().text


def test_events_are_filtered_and_come_in_pages(site):
    with site.service.store.writing() as session:
        for number in range(120):
            audit.append(
                session,
                time=1e9 + number,
                tenant=site.tenant_id,
                actor="device 1",
                action="door.refused",
                about="",
                door=f"gate-{number:03d}",
            )
        audit.append(
            session, time=1e9, tenant="f" * 32, actor="x", action="door.refused", door="gate-999"
        )
    one = desk(site, VIEWER)
    seen, path = [], "events?action=door&until=2001-09-09"
    while path:
        page = one.get(path).text
        seen += re.findall(r"gate-(\d+)", page)
        older = re.search(r'href="[^"]*/(events\?[^"]*before=\d+)">Older', page)
        path = older and older.group(1).replace("&amp;", "&")
    assert seen == [f"{number:03d}" for number in reversed(range(120))], "and of this tenant alone"
    assert "gate-" not in one.get("events?action=door&since=2020-01-01").text
    assert "gate-" not in one.get("events?action=%25").text, "a per cent sign is none of SQL's"
    assert "gate-001" not in one.get("events?actor=nobody").text


def test_roles(site):
    viewer, manager = desk(site, VIEWER), desk(site, MANAGER)
    asked = {"name": "Station", "once": "a" * 32}
    assert viewer.post("sites", **asked).status_code == 401
    assert "Station" in manager.post("sites", **asked).text
    assert manager.post("sites", **asked).text.count("<h2>Station</h2>") == 1, "once"
    place = re.search(r'name="site" value="([0-9a-f]{32})"', manager.get("sites").text).group(1)
    made = manager.post("devices", site=place, name="Till 9", once="b" * 32)
    assert re.search(r"([A-Z2-9]{5}-){3}[A-Z2-9]{5}", made.text)
    device = re.search(r"devices/([0-9a-f]{32})/revoke", made.text).group(1)
    assert viewer.post(f"devices/{device}/revoke").status_code == 401
    assert ">Revoked<" in manager.post(f"devices/{device}/revoke").text
    for path, data in (
        ("staff", {"contact": "m@example.org", "role": "owner"}),
        ("close", {"confirmation": "Corner Shop"}),
    ):
        assert manager.post(path, **data).status_code == 401, path
    assert viewer.post("forget", subject="a" * 26).status_code == 401
    assert manager.post("forget", subject="a" * 26).status_code == 200


def test_staff_come_and_go_but_one_owner_stays(site):
    owner = desk(site, OWNER)
    assert "new@example.org" in owner.post("staff", contact="new@example.org", role="viewer").text
    newcomer = Desk(site)
    newcomer.sign_in("new@example.org")
    assert newcomer.get("staff").status_code == 200
    name = re.search(
        r"staff/([0-9a-f]{32})/remove(?:(?!</form>).)*new@example",
        owner.get("staff").text,
        re.DOTALL,
    ).group(1)
    assert "new@example.org" not in owner.post(f"staff/{name}/remove").text
    assert newcomer.get("staff").status_code == 401, "their session went with them"
    last = owner.post("staff", contact=OWNER, role="viewer")
    assert last.status_code == 409
    assert "last owner" in last.text


def test_forms_from_elsewhere_or_without_the_token_do_nothing(site):
    owner = desk(site, OWNER)
    token = re.search(r'name="csrf" value="([^"]+)"', owner.get("staff").text).group(1)
    data = {"contact": "forged@example.org", "role": "owner"}
    for sent, headers in (
        ({**data, "csrf": "x"}, {}),
        ({**data, "csrf": token}, {"origin": "https://evil.example"}),
        ({**data, "csrf": token}, {"sec-fetch-site": "cross-site"}),
    ):
        reply = owner.http.post(f"{owner.root}staff", data=sent, headers=headers)
        assert reply.status_code == 401
    assert owner.http.post(f"{owner.root}staff", data=data).status_code == 422
    assert "forged@example.org" not in owner.get("staff").text


def test_another_tenants_page_is_closed_to_them(site):
    other = site.tenant("stadium").identity
    one = Desk(site, other.tenant)
    one.http.cookies = desk(site, OWNER).http.cookies
    assert "For staff" in one.get().text
    (token,) = one.http.cookies.values()
    one.http = site.http(cookies={"thenar_admin": token})
    assert "For staff" in one.get().text, "nor with the cookie sent by hand"
    device = desk(site, OWNER).get(f"devices/{other.device}")
    assert device.status_code == 404


def test_contacts_of_staff_are_not_stored_in_clear(site):
    raw = written(site.settings.folder)
    for contact in (OWNER, MANAGER, VIEWER):
        assert contact.encode() not in raw


@pytest.mark.browser
def test_every_page_is_accessible_and_fits(site):
    found, said = [], []
    site.device.record_passage(
        "gate", Decision(allow=False, reason="closed"), idempotency_key="passage-1"
    )
    one = desk(site, OWNER)
    (cookie,) = one.http.cookies.jar
    with chromium() as browser:
        for size, scheme, language in ((PHONE, "dark", "es"), (DESK, "light", "en")):
            page = opened(browser, size, color_scheme=scheme, locale=language)
            page.goto(site.url + one.root)
            found += faults(page)
            page.context.add_cookies(
                [{"name": cookie.name, "value": cookie.value, "url": site.url}]
            )
            paths = ("", "sites", "events", "staff", "close", f"devices/{'0' * 32}")
            for path in (*paths, f"devices/{site.device.identity.device}"):
                page.goto(site.url + one.root + path)
                found += faults(page)
            said += [text for text in page.said if "404" not in text]
    assert found == []
    assert said == []
