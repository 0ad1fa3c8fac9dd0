"""A ticket's code comes to the page from a scanner, which types, or from whoever types it."""

import threading

import pytest

from thenar.device.attendant import Action, Attendant
from thenar.device.kiosk import Kiosk
from thenar.device.words import Words

from ..cloud.chromium import PHONE, chromium, faults, opened

pytestmark = pytest.mark.browser
CODE = "T-20261123-000042"
SCAN = """(text) => {
    for (const key of [...text, "Enter"]) {
        const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
        document.activeElement.dispatchEvent(event);
    }
}"""


class Till:
    """Notes what the page sends."""

    def __init__(self, terminal):
        self.codes, self.came = [], threading.Semaphore(0)
        self.attendant = Attendant(
            terminal,
            {
                "ticket": Action(Words("Link my ticket"), self._note),
                "forget": Action(Words("Delete my palm"), self._note),
            },
        )

    def _note(self, _, sent):
        self.codes.append(sent.get("ticket"))
        self.came.release()

    def wait(self):
        assert self.came.acquire(timeout=60)
        return self.codes


@pytest.fixture
def page(terminal):
    till = Till(terminal)
    with till.attendant as attendant, Kiosk(attendant, port=0) as kiosk, chromium() as browser:
        page = opened(browser, PHONE)
        page.goto(kiosk.url)
        page.locator("[data-action=ticket]").wait_for()
        yield page, till


def test_what_a_scanner_types_is_a_ticket(page):
    page, till = page
    page.locator("[data-action=forget]").focus()  # Enter is the scanner's, and presses nothing
    page.evaluate(SCAN, CODE)
    assert till.wait() == [CODE]
    assert page.locator("body").get_attribute("data-view") == "start"


def test_a_few_keys_are_no_ticket_and_a_code_can_be_typed(page):
    page, till = page
    page.evaluate(SCAN, "T-1")
    page.locator("[data-action=ticket]").click()
    page.locator("body[data-view=ticket]").wait_for()
    assert faults(page) == []
    page.locator("#ticket-code").fill(CODE)
    page.locator("#ticket-form [type=submit]").click()
    assert till.wait() == [CODE]
    assert page.locator("body").get_attribute("data-view") == "start"
