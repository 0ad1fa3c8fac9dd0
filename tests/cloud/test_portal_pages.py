"""What the portal's pages tell, in which words, and what they give away to take along."""

import ast
import re
from pathlib import Path
from uuid import uuid4

import pytest
from babel.messages.pofile import read_po

from thenar import cloud
from thenar.cloud import audit
from thenar.cloud.portal import account, export
from thenar.cloud.tables import Role
from thenar.cloud.web import words
from thenar.cloud.web.rendering import Tongue
from thenar.messages import Purpose
from thenar.records import Hand, Link, LinkKind, Money, PaymentState

from .conftest import Running
from .test_portal import ADA, Browser

ROOT = Path(cloud.__file__).parent
SPANISH = ROOT / "web" / "locale" / "es.po"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A customer who has been there often."""
    running = Running(tmp_path_factory.mktemp("site") / "cloud")
    running.start()
    device = running.tenant()
    loyalty = Link(LinkKind.LOYALTY, "simulated", "L-1", "No. 1")
    running.ada = device.enrol_person(
        1, running.card(), loyalty, hands=(Hand.LEFT, Hand.RIGHT), contact=ADA
    )
    assertion = device.show(1, Purpose.PAY).assertion
    device.pay(assertion, Money(1240, "EUR"), idempotency_key=uuid4().hex)
    running.tenant_id = device.identity.tenant
    yield running
    running.stop()


@pytest.fixture
def browser(site):
    """Signed in; the notifier's older messages are not waited for."""
    browser = Browser(site, site.tenant_id)
    browser.asked = len(site.notifier.delivered(ADA))
    site.ahead += 3601
    browser.sign_in()
    return browser


def page(browser, site, path):
    return browser.http.get(f"{browser.root}/{path}/{site.ada.subject}")


def test_the_data_says_everything_that_is_kept(browser, site):
    reply = browser.http.get(f"{browser.root}/data/{site.ada.subject}/download")
    assert reply.headers["content-disposition"].startswith("attachment")
    kept = reply.json()
    assert kept["contact"] == ADA
    assert kept["consent"]["text"] == "terms 1 en"
    assert [palm["hand"] for palm in kept["palms"]] == ["left", "right"]
    assert {link["kind"] for link in kept["links"]} == {"payment", "loyalty"}
    (paid,) = kept["payments"]
    assert (paid["amount"], paid["state"]) == ("EUR 12.40", PaymentState.CAPTURED)
    actions = [line["action"] for line in kept["history"]]
    assert actions[:3] == ["person.enrolled", "palm.recognised", "payment.asked"]
    assert actions[-1] == "person.downloaded", "that it was taken along is told too"


def test_the_data_holds_no_template_and_no_token(browser, site):
    text = browser.http.get(f"{browser.root}/data/{site.ada.subject}/download").text
    assert "tok_" not in text
    assert max(map(len, re.findall(r"[A-Za-z0-9+/]{30,}={0,2}", text)), default=0) <= 32


def test_the_data_can_be_read_too(browser, site):
    text = page(browser, site, "data").text
    for expected in (ADA, "terms 1 en", "EUR 12.40", "Left palm", "bytes, encrypted", "captured"):
        assert expected in text
    assert "<script" not in text


def test_the_history_comes_in_pages(browser, site):
    with site.service.store.writing() as session:
        for number in range(60):
            audit.append(
                session,
                time=site.clock() + number,
                tenant=site.tenant_id,
                actor="device",
                action="door.opened",
                about=site.ada.subject,
                door=f"gate {number:02d}",
            )
    seen, path = [], f"{browser.root}/history/{site.ada.subject}"
    while path:
        text = browser.http.get(path).text
        seen += re.findall(r"Door opened: gate (\d\d)", text)
        older = re.search(r'href="([^"]*before=\d+)">Older', text)
        path = older and older.group(1)
    assert seen == [f"{number:02d}" for number in reversed(range(60))]


def test_errors_are_pages_that_say_what_to_do(browser, site):
    reply = browser.http.get(f"{browser.root}/data/{'a' * 26}")
    assert reply.status_code == 404
    assert reply.headers["content-type"].startswith("text/html")
    assert "No such person under this contact." in reply.text
    assert reply.headers["x-request-id"] in reply.text
    assert "default-src 'none'" in reply.headers["content-security-policy"]


def test_over_https_cookies_are_secure(tmp_path):
    running = Running(tmp_path / "cloud")
    running.settings = running.settings.__class__(
        folder=running.settings.folder, issuer="https://thenar.test", admin_key="k" * 20
    )
    running.start()
    try:
        with running.service.store.writing() as session:
            from thenar.cloud.tables import Tenant

            session.add(Tenant(id="a" * 32, name="shop"))
        from fastapi import Request
        from fastapi.responses import Response

        from thenar.cloud.portal.here import PORTAL

        reply, request = Response(), Request({"type": "http", "headers": []})
        PORTAL.sessions.begin(running.service, request, reply, "a" * 32, "index")
        cookie = reply.headers["set-cookie"]
    finally:
        running.stop()
    assert cookie.startswith("__Secure-thenar_portal=")
    for flag in ("Secure", "HttpOnly", "SameSite=strict", f"Path=/portal/{'a' * 32}/"):
        assert flag in cookie


def test_pages_are_in_the_visitors_language(site):
    browser = Browser(site, site.tenant_id)
    spanish = browser.http.get(f"{browser.root}/", headers={"accept-language": "es-MX,es;q=0.9"})
    assert '<html lang="es">' in spanish.text
    assert "Enviar el código" in spanish.text
    assert spanish.headers["content-language"] == "es"
    chosen = browser.http.get(f"{browser.root}/language/es", headers={"accept-language": "en"})
    assert "Enviar el código" in chosen.text
    unknown = Browser(site, site.tenant_id)
    assert 'lang="en"' in unknown.http.get(f"{unknown.root}/language/xx").text


def test_the_word_to_type_is_in_the_visitors_language(browser, site):
    browser.http.get(f"{browser.root}/language/es")
    question = page(browser, site, "forget")
    assert "Escriba ELIMINAR para confirmar" in question.text
    fields = browser.fields(question, "forget") | {"confirmation": "DELETE"}
    reply = browser.http.post(f"{browser.root}/forget/{site.ada.subject}", data=fields)
    assert reply.status_code == 422


def said():
    """Every text that the pages of customers and of staff may say."""
    files = [file for part in ("portal", "admin") for file in (ROOT / part).rglob("*.html")]
    files += [file for part in ("portal", "admin") for file in (ROOT / part).glob("*.py")]
    files += [*(ROOT / "web" / "templates").glob("*.html"), *(ROOT / "web").glob("*.py")]
    for file in files:
        for text in re.findall(r'say\(\s*("(?:[^"\\]|\\.)*")', file.read_text("utf-8")):
            yield ast.literal_eval(text)
    for table in (account.WORDS, account.PURPOSES, account.KINDS):
        yield from table.values()
    yield export.TEMPLATE
    yield from (state.value for state in PaymentState)
    yield from (role.value for role in Role)
    refused = re.compile(
        r'(?:Refused|Object|Conflict|Record)\(\s*("[^"]*")(?:,\s*remedy=("[^"]*"))?'
    )
    for file in (ROOT / "admin").glob("*.py"):
        for told in refused.findall(file.read_text("utf-8")):
            yield from (ast.literal_eval(text) for text in told if text)


def test_everything_is_said_in_spanish_with_the_same_blanks():
    with SPANISH.open("rb") as file:
        spanish = {one.id: one.string for one in read_po(file) if one.id}
    texts = set(said())
    assert len(texts) > 190
    assert [text for text in texts if not spanish.get(text)] == []
    for english, text in spanish.items():
        assert sorted(re.findall(r"{\w+}", english)) == sorted(re.findall(r"{\w+}", text)), english


@pytest.mark.parametrize(
    ("wanted", "accepted", "language"),
    [
        ("", "", "en"),
        ("", "de, es;q=0.5", "es"),
        ("", "es-AR", "es"),
        ("es", "en", "es"),
        ("xx", "en-US", "en"),
        ("", "x" * 5000 + ",;;=,\x00", "en"),
    ],
)
def test_a_language_is_chosen(wanted, accepted, language):
    assert words.chosen(wanted, accepted) == language


def test_amounts_and_days_are_written_as_people_do():
    assert Tongue("en").money(1240, "EUR") == "€12.40"
    assert Tongue("es").money(123456, "EUR").replace("\xa0", " ") == "1.234,56 €"
    assert Tongue("en").money(1240, "JPY").endswith("1,240")
    assert Tongue("en").day(0) == "1 Jan 1970"
