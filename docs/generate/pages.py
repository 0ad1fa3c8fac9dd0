"""Photograph portal and admin page for docs/_static: ``python docs/generate/pages.py [FOLDER]``.

The pages are those of a running service, as Chromium shows them; nobody on them
exists. With a FOLDER every page is kept there, at a phone's and at a desk's size.
"""

import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import Browser, Page, sync_playwright

from generate.site import ADA, EVE, Shop, shop

STATIC = Path(__file__).parents[1] / "_static"
PHONE, DESK = {"width": 375, "height": 812}, {"width": 1180, "height": 820}


def sign_in(page: Page, at: Shop, url: str, who: str) -> None:
    """With the code that was sent."""
    before = len(at.notifier.delivered(who))
    page.goto(url)
    page.locator("#contact").fill(who)
    page.locator("main button").click()
    while len(at.notifier.delivered(who)) == before:
        time.sleep(0.02)
    code = re.search(r"[0-9]{6}", at.notifier.delivered(who)[-1].body)
    assert code
    page.locator("#code").fill(code.group())
    page.locator("main button").click()
    page.locator("form[action$=sign-out]").wait_for()


def whole(page: Page, file: Path) -> None:
    """A page to its end."""
    size = page.viewport_size
    assert size
    page.set_viewport_size(
        {**size, "height": page.evaluate("document.documentElement.scrollHeight")}
    )
    page.screenshot(path=file)
    page.set_viewport_size(size)


def tour(browser: Browser, at: Shop, folder: Path, size: dict[str, int], name: str) -> None:
    """Every page of the portal."""
    for language in ("en", "es"):
        page = browser.new_page(viewport=size, locale=language)
        page.goto(at.portal)
        page.screenshot(path=folder / f"{name}-{language}-1-sign-in.png")
        sign_in(page, at, at.portal, ADA)
        whole(page, folder / f"{name}-{language}-2-account.png")
        home = page.url
        subject = page.locator("input[name=subject]").first.get_attribute("value")
        for number, path in enumerate(("history", "data", "forget"), 3):
            page.goto(f"{home}{path}/{subject}")
            whole(page, folder / f"{name}-{language}-{number}-{path}.png")
        page.close()
    page = browser.new_page(viewport=size, locale="en")
    page.goto(at.admin)
    page.screenshot(path=folder / f"{name}-admin-0-sign-in.png")
    sign_in(page, at, at.admin, EVE)
    for number, path in enumerate(("", "sites", "events", "staff", "close"), 1):
        page.goto(f"{at.admin}{path}")
        whole(page, folder / f"{name}-admin-{number}-{path or 'overview'}.png")
    page.goto(f"{at.admin}sites")
    page.locator("main table a").first.click()
    whole(page, folder / f"{name}-admin-6-device.png")
    page.close()


def main() -> None:
    """Take the pictures."""
    found = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))))
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    with (
        tempfile.TemporaryDirectory() as folder,
        shop(Path(folder)) as at,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=found, args=sandbox) as browser,
    ):
        if len(sys.argv) > 1:
            for size, name in ((PHONE, "phone"), (DESK, "desk")):
                tour(browser, at, Path(sys.argv[1]), size, name)
            return
        for size, name, url, who in (
            (PHONE, "portal-phone", at.portal, ADA),
            (DESK, "portal-desk", at.portal, ADA),
            (DESK, "admin", at.admin, EVE),
        ):
            page = browser.new_page(viewport=size, device_scale_factor=1.5, locale="en")
            sign_in(page, at, url, who)
            page.screenshot(path=STATIC / f"{name}.png")


if __name__ == "__main__":
    main()
