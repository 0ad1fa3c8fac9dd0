"""The portal as a browser without scripts sees it."""

import re
import time
from uuid import uuid4

import pytest

from thenar.messages import Purpose
from thenar.records import Link, LinkKind, Money
from thenar.testing.simulated import Fault

from .files import written

ADA = "ada@example.org"


class Browser:
    """Keeps cookies, follows redirects, fills in the hidden fields of forms."""

    def __init__(self, running, tenant):
        self.http = running.http(follow_redirects=True)
        self.notifier = running.notifier
        self.root = f"/portal/{tenant}"
        self.asked = 0

    def home(self):
        return self.http.get(f"{self.root}/")

    def ask_for_code(self, contact=ADA):
        self.asked += contact == ADA
        return self.http.post(f"{self.root}/code", data={"contact": contact})

    def newest_code(self, contact=ADA):
        return re.search(r"[0-9]{6}", self.delivered(contact, self.asked)[-1].body).group()

    def delivered(self, contact, count):
        """What was delivered, once there are so many: codes go out after the answer."""
        for _ in range(500):
            if len(self.notifier.delivered(contact)) >= count:
                break
            time.sleep(0.01)
        return self.notifier.delivered(contact)

    def enter(self, code, contact=ADA):
        return self.http.post(f"{self.root}/session", data={"contact": contact, "code": code})

    def sign_in(self, contact=ADA):
        self.ask_for_code(contact)
        return self.enter(self.newest_code(contact), contact)

    def fields(self, page, action):
        form = re.search(rf'action="[^"]*{action}[^"]*".*?</form>', page.text, re.DOTALL).group()
        return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


@pytest.fixture
def ada(running, device):
    badge = Link(LinkKind.BADGE, "office", "B-1", "staff <b>badge</b>")
    return device.enrol_person(1, running.card(), badge, contact=f" {ADA.upper()} ")


@pytest.fixture
def browser(running, device):
    return Browser(running, device.identity.tenant)


def wrong(code):
    return f"{(int(code) + 1) % 10**6:06d}"


def test_a_customer_sees_palms_links_and_history(running, device, ada, browser):
    assertion = device.show(1, Purpose.PAY).assertion
    device.pay(assertion, Money(1240, "EUR"), idempotency_key=uuid4().hex)
    assert "Send the code" in browser.home().text
    page = browser.sign_in()
    assert page.status_code == 200
    for expected in ("Right palm", "visa •••• ", "Payment of €12.40", "recognised to pay"):
        assert expected in page.text
    assert "staff &lt;b&gt;badge&lt;/b&gt;" in page.text, "what others wrote is escaped"


def test_pages_allow_no_script_and_no_framing(browser):
    page = browser.home()
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert browser.http.get("/portal/portal.css").headers["content-type"].startswith("text/css")


def test_the_cookie_cannot_be_read_or_sent_from_elsewhere(browser, ada):
    reply = browser.sign_in().history[0]
    cookie = reply.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_the_answer_does_not_tell_who_is_enrolled(running, browser, ada):
    known, unknown = browser.ask_for_code(ADA), browser.ask_for_code("eve@example.org")
    assert known.text.replace(ADA, "") == unknown.text.replace("eve@example.org", "")
    assert len(browser.delivered(ADA, 1)) == 1
    assert running.notifier.delivered("eve@example.org") == []


def test_a_code_is_good_once(browser, ada, running, device):
    browser.ask_for_code()
    code = browser.newest_code()
    assert browser.enter(wrong(code)).status_code == 401
    assert "Linked" in browser.enter(code).text
    assert Browser(running, device.identity.tenant).enter(code).status_code == 401


def test_a_code_is_good_for_five_tries(browser, ada):
    browser.ask_for_code()
    code = browser.newest_code()
    for _ in range(5):
        assert browser.enter(wrong(code)).status_code == 401
    assert browser.enter(code).status_code == 401


def test_a_code_is_good_for_ten_minutes(browser, ada, running):
    browser.ask_for_code()
    running.ahead = 601
    assert browser.enter(browser.newest_code()).status_code == 401


def test_five_codes_an_hour(browser, ada, running):
    for _ in range(8):
        browser.ask_for_code()
    assert len(browser.delivered(ADA, 5)) == 5
    running.ahead = 3601
    browser.ask_for_code()
    assert len(browser.delivered(ADA, 6)) == 6


def test_a_code_that_cannot_be_sent_is_no_error_to_the_customer(browser, ada, running):
    running.notifier.faults.plan("send", Fault.LOST_REQUEST)
    assert browser.ask_for_code().status_code == 200


def test_another_tenants_portal_knows_nobody(running, ada, browser):
    other = Browser(running, running.tenant("stadium").identity.tenant)
    browser.sign_in()
    other.http.cookies = browser.http.cookies
    assert "Send the code" in other.home().text
    other.ask_for_code()
    assert len(running.notifier.delivered(ADA)) == 1
    assert running.http().get(f"/portal/{'0' * 32}/").status_code == 404


def test_unlinking(browser, ada, device):
    page = browser.sign_in()
    assert device.show(1, Purpose.BADGE).subject == ada.subject
    forms = re.findall(r'<form.*?action="[^"]*unlink".*?</form>', page.text, re.DOTALL)
    badge = next(form for form in forms if "badge" in form)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', badge))
    after = browser.http.post(f"{browser.root}/unlink", data=fields)
    assert "staff" not in after.text
    assert "Unlinked: badge" in after.text
    assert device.show(1, Purpose.BADGE).subject is None
    assert device.show(1, Purpose.PAY).subject == ada.subject


def test_deleting_everything(browser, ada, device):
    browser.sign_in()
    confirm = browser.http.get(f"{browser.root}/forget/{ada.subject}")
    assert device.show(1, Purpose.PAY).subject, "looking at the question deletes nothing"
    fields = browser.fields(confirm, "forget")
    for typed in ({}, {"confirmation": ""}, {"confirmation": "yes"}):
        unsure = browser.http.post(f"{browser.root}/forget/{ada.subject}", data=fields | typed)
        assert unsure.status_code == 422
        assert "Nothing was deleted" in unsure.text
    assert device.show(1, Purpose.PAY).subject, "nor does a form without the word"
    fields |= {"confirmation": " delete "}
    gone = browser.http.post(f"{browser.root}/forget/{ada.subject}", data=fields)
    assert "Deleted" in gone.text
    assert device.show(1, Purpose.PAY).subject is None
    assert "Send the code" in browser.home().text, "the session went with the person"


def test_forms_without_the_token_or_from_elsewhere_do_nothing(browser, ada, device):
    page = browser.sign_in()
    fields = browser.fields(page, "unlink")
    for data, headers in (
        ({**fields, "csrf": "other"}, {}),
        (fields, {"origin": "https://evil.example"}),
        (fields, {"sec-fetch-site": "cross-site"}),
    ):
        reply = browser.http.post(f"{browser.root}/unlink", data=data, headers=headers)
        assert reply.status_code == 401
    del fields["csrf"]
    assert browser.http.post(f"{browser.root}/unlink", data=fields).status_code == 422
    assert device.show(1, Purpose.PAY).subject == ada.subject


def test_nobody_else_can_be_deleted(browser, ada, device):
    other = device.enrol_person(2, contact="ben@example.org")
    fields = browser.fields(browser.sign_in(), "sign-out") | {"confirmation": "DELETE"}
    for page in ("history", "data", "forget"):
        looked = browser.http.get(f"{browser.root}/{page}/{other.subject}")
        assert looked.status_code == 404, page
    assert browser.http.get(f"{browser.root}/data/{other.subject}/download").status_code == 404
    reply = browser.http.post(f"{browser.root}/forget/{other.subject}", data=fields)
    assert reply.status_code == 404
    assert device.ready().palms == 2


def test_signing_out(browser, ada):
    page = browser.sign_in()
    cookies = dict(browser.http.cookies)
    fields = browser.fields(page, "sign-out")
    assert "Send the code" in browser.http.post(f"{browser.root}/sign-out", data=fields).text
    browser.http.cookies.update(cookies)
    assert "Send the code" in browser.home().text, "the old cookie opens nothing"


def test_a_session_ends_after_half_an_hour(browser, ada, running):
    browser.sign_in()
    running.ahead = 1801
    assert "Send the code" in browser.home().text


def test_signing_in_changes_the_session(browser, ada):
    """A cookie that somebody planted beforehand is worth nothing afterwards."""
    browser.sign_in()
    first = dict(browser.http.cookies)
    browser.sign_in()
    assert dict(browser.http.cookies) != first
    browser.http.cookies.clear()
    browser.http.cookies.update(first)
    assert "Send the code" in browser.home().text


def test_a_family_may_share_a_contact(browser, ada, device):
    other = device.enrol_person(2, contact=ADA)
    page = browser.sign_in()
    assert {ada.subject, other.subject} <= set(re.findall(r"[a-z2-7]{26}", page.text))


def test_contacts_and_links_are_not_stored_in_clear(running, ada):
    raw = written(running.settings.folder)
    for plain in (ADA, ADA.upper(), "staff <b>", "B-1", "tok_"):
        assert plain.encode() not in raw
