"""The portal in a real browser: from the contact to the deletion, on a phone and at a desk."""

import re
import time

import attrs
import pytest

from thenar.messages import Purpose
from thenar.records import Link, LinkKind, Money
from thenar.testing.simulated import MASTERCARD as OTHER
from thenar.testing.simulated import VISA

from .chromium import DESK, PHONE, chromium, faults, opened, pressed

ADA = "ada@example.org"


def code_for(notifier):
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if sent := notifier.delivered(ADA):
            return re.search(r"[0-9]{6}", sent[-1].body).group()
        time.sleep(0.01)
    raise AssertionError("no code was sent")


@pytest.fixture
def ada(running, device):
    links = running.card(), running.card(OTHER), Link(LinkKind.BADGE, "office", "B-1", "staff")
    return device.enrol_person(1, *links, contact=ADA)


@pytest.fixture
def root(running, device):
    return f"{running.url}/portal/{device.identity.tenant}/"


@pytest.mark.browser
def test_a_customer_unlinks_and_deletes_on_a_phone(running, device, ada, root):
    with chromium() as browser:
        page = opened(browser, PHONE, locale="en-GB")
        page.goto(root)
        page.get_by_label("E-mail address or phone number").fill(ADA)
        page.get_by_role("button", name="Send the code").click()
        page.get_by_label("Code").fill(code_for(running.notifier))
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Unlink badge: staff").click()
        page.get_by_text("Unlinked: badge").wait_for()
        with page.expect_download() as download:
            page.get_by_role("link", name="Download (JSON)").click()
        assert ada.subject in download.value.path().read_text()
        page.get_by_role("link", name="Delete…").click()
        page.get_by_label("Type DELETE to confirm").fill("DELETE")
        page.get_by_role("button", name="Delete everything").click()
        page.get_by_role("heading", name="Deleted").wait_for()
        assert device.ready().palms == 0
        assert page.said == [], "the content security policy blocked something"


@pytest.mark.browser
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_customer_chooses_which_card_pays(running, device, root, size):
    """What is shown of each card is brand, last four digits and expiry."""
    cards = [attrs.evolve(running.card(card), expiry="2031-12") for card in (VISA, OTHER)]
    device.enrol_person(1, *cards, contact=ADA)
    with chromium() as browser:
        page = opened(browser, size, locale="en-GB")
        page.goto(root)
        page.get_by_label("E-mail address or phone number").fill(ADA)
        pressed(page, "main button")
        page.get_by_label("Code").fill(code_for(running.notifier))
        pressed(page, "main button")
        before = page.locator(".usual strong").text_content()
        (other,) = {card.label for card in cards} - {before}
        shown = page.locator(".links").inner_text()
        assert "until 12/31" in shown
        assert not re.search(r"tok_|[0-9]{5,}", shown)
        assert faults(page) == []
        pressed(page, f"[aria-label='Pay with {other} from now on']")
        assert page.locator(".usual strong").text_content() == other
        page.get_by_text("Made the default: card").wait_for()
        assert faults(page) == []
    paid = device.pay(
        device.show(1, Purpose.PAY).assertion, Money(450, "EUR"), idempotency_key="chosen card"
    )
    assert paid.label == other


@pytest.mark.browser
def test_every_page_is_accessible_and_fits(running, ada, root):
    """axe-core's rules, in both sizes, both languages, and both colour schemes."""
    found, said = [], []
    with chromium() as browser:
        for size, language, scheme in ((PHONE, "en", "light"), (DESK, "es", "dark")):
            running.ahead += 3601
            page = opened(browser, size, locale=language, color_scheme=scheme)

            def look(path, page=page):
                page.goto(f"{root}{path}")
                found.extend(faults(page))

            look("")
            page.locator("#contact").fill(ADA)
            sent = len(running.notifier.delivered(ADA))
            pressed(page, "main button")
            found.extend(faults(page))
            while len(running.notifier.delivered(ADA)) == sent:
                time.sleep(0.01)
            page.locator("#code").fill("000000")
            pressed(page, "main button")
            found.extend(faults(page))
            page.locator("#code").fill(code_for(running.notifier))
            pressed(page, "main button")
            page.locator(".person").wait_for()
            said.extend(text for text in page.said if "401" not in text)
            for path in ("", "history/", "data/", "forget/"):
                look(f"{path}{ada.subject}" if path else "")
            pressed(page, "main button")
            found.extend(faults(page))
            look(f"data/{'a' * 26}")
    assert found == []
    assert said == []


@pytest.mark.browser
def test_a_sheet_from_elsewhere_is_blocked_and_noticed(ada, root):
    """That nothing was said against the pages means something."""
    with chromium() as browser:
        page = opened(browser, PHONE)
        page.goto(root)
        page.evaluate(
            "document.head.appendChild(Object.assign(document.createElement('style'),"
            "{textContent: 'label, p { color: #eee !important; background: #fff !important }'}))"
        )
        page.evaluate("document.querySelector('label').remove()")
        page.wait_for_timeout(100)
        assert "Content Security Policy" in " ".join(page.said)
        assert "label" in " ".join(faults(page))
