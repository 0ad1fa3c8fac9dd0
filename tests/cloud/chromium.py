"""Chromium on the service's pages: what it complained of, and what axe finds."""

import contextlib
import os
import shutil
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

CHROME_ON_MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
PHONE, DESK = {"width": 375, "height": 812}, {"width": 1280, "height": 800}


@contextlib.contextmanager
def chromium(*more):
    """A browser, from the system's packages."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None and CHROME_ON_MACOS.exists():
        found = str(CHROME_ON_MACOS)
    assert found, "No Chromium: run tests/system-packages.sh"
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=found, args=[*sandbox, *more]) as browser,
    ):
        yield browser


def opened(browser, size, **more):
    """A page that keeps what the console said against it."""
    page = browser.new_context(viewport=size, **more).new_page()
    page.said = []
    page.set_default_timeout(120_000)  # a busy machine is no fault of the page
    # What a policy blocks is an error; that a field was filled before its
    # autofocus is only information.
    page.on("console", lambda m: page.said.append(m.text) if m.type == "error" else None)
    return page


def pressed(page, what):
    """Press what leads to another page, and wait until that one and its sheets are there."""
    with page.expect_navigation(wait_until="load"):
        page.locator(what).click()


def faults(page):
    """What axe-core finds on a page, and whether it is wider than the screen."""
    found = [
        f"{page.url}: {one['id']}: {node['html'][:120]}"
        for one in Axe().run(page).response["violations"]
        for node in one["nodes"]
    ]
    width, screen = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    return found + [f"{page.url}: {width} px wide"] * (width > screen)
