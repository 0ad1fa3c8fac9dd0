"""The portal in a real browser, at a phone's size: from the contact to the deletion."""

import os
import re
import shutil
import time
from pathlib import Path

import pytest

from thenar.records import Link, LinkKind

ADA = "ada@example.org"
CHROME_ON_MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


@pytest.fixture
def page():
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None and CHROME_ON_MACOS.exists():
        found = str(CHROME_ON_MACOS)
    assert found, "No Chromium: run tests/system-packages.sh"
    with sync_playwright() as playwright:
        sandbox = [] if os.geteuid() else ["--no-sandbox"]
        with playwright.chromium.launch(executable_path=found, args=sandbox) as browser:
            page = browser.new_page(viewport={"width": 390, "height": 844})
            page.said = []
            # What a policy blocks is an error; that a field was filled before its
            # autofocus is only information.
            page.on("console", lambda m: page.said.append(m.text) if m.type == "error" else None)
            yield page


def code_for(notifier):
    for _ in range(500):
        if sent := notifier.delivered(ADA):
            return re.search(r"[0-9]{6}", sent[-1].body).group()
        time.sleep(0.01)
    raise AssertionError("no code was sent")


@pytest.mark.browser
def test_a_customer_unlinks_and_deletes_on_a_phone(running, device, page):
    device.enrol_person(
        1, running.card(), Link(LinkKind.BADGE, "office", "B-1", "staff"), contact=ADA
    )
    page.goto(f"{running.url}/portal/{device.identity.tenant}/")
    page.get_by_label("E-mail address or phone number").fill(ADA)
    page.get_by_role("button", name="Send the code").click()
    page.get_by_label("Code").fill(code_for(running.notifier))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Unlink badge: staff").click()
    page.get_by_text("Unlinked: badge").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="Delete everything").click()
    page.get_by_role("button", name="Yes, delete everything").click()
    page.get_by_role("heading", name="Deleted").wait_for()
    assert device.ready().palms == 0
    assert page.said == [], "the content security policy blocked something"
