import os
import shutil
import threading
from functools import partial
from pathlib import Path

import attrs
import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from thenar.device.attendant import Action, Attendant
from thenar.device.display import Shown, Stage
from thenar.device.enrol import enrol
from thenar.device.kiosk import Kiosk
from thenar.device.kiosk.app import PAGE
from thenar.device.pay import pay
from thenar.device.program import actions
from thenar.device.settings import DeviceSettings
from thenar.messages import Consent, Purpose
from thenar.records import Hand, Money, Prompt
from thenar.testing.simulated import SystemClock

get, post = partial(httpx.get, timeout=60), partial(httpx.post, timeout=60)
CONSENT = Consent(text="terms 1 en", purposes=tuple(Purpose))
CHROME_ON_MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


@pytest.fixture
def kiosk(terminal):
    offered = actions(DeviceSettings())
    with Attendant(terminal, offered) as attendant, Kiosk(attendant) as kiosk:
        yield kiosk


def test_the_page_needs_nothing_from_elsewhere(kiosk):
    page = get(kiosk.url)
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]
    for file in PAGE.iterdir():
        text = get(f"{kiosk.url}/{file.name}").text.replace("http://www.w3.org/2000/svg", "")
        assert "https://" not in text
        assert "http://" not in text


def test_only_actions_with_a_label_are_offered_on_the_page(kiosk):
    offered = get(f"{kiosk.url}/actions").json()
    assert [action["name"] for action in offered] == ["enrol", "loyalty", "forget"]


def test_other_sites_pages_are_refused(kiosk):
    elsewhere = {"origin": "https://elsewhere.example"}
    assert post(f"{kiosk.url}/actions/forget", headers=elsewhere).status_code == 403
    assert post(f"{kiosk.url}/cancel", headers=elsewhere).status_code == 403
    assert get(kiosk.url, headers={"host": "rebound.example"}).status_code == 400
    with pytest.raises(InvalidStatus):
        connect(f"ws{kiosk.url[4:]}/screen", additional_headers=elsewhere)


def test_what_cannot_be_started_says_why(kiosk):
    assert post(f"{kiosk.url}/actions/dance").status_code == 404
    assert post(f"{kiosk.url}/actions/pay", content=b"[1]").status_code == 400
    assert post(f"{kiosk.url}/actions/pay", content=b"{").status_code == 400


def test_the_screen_follows_the_display(terminal, kiosk):
    with connect(f"ws{kiosk.url[4:]}/screen") as screen:
        assert '"stage": "idle"' in screen.recv(timeout=60)
        terminal.display.show(Shown(Stage.PALM, "Pay", prompt=Prompt.CLOSER, progress=0.5))
        assert '"prompt": "closer"' in screen.recv(timeout=60)


def test_the_till_starts_a_payment_and_one_runs_at_a_time(terminal, service, camera, visits, kiosk):
    working, go_on, accepted = threading.Event(), threading.Event(), threading.Event()

    def follow(shown):
        if shown.stage is Stage.WORKING:
            working.set()
            go_on.wait(60)
        if shown.stage is Stage.ACCEPTED:
            accepted.set()

    terminal.display.subscribe(follow)
    camera.show(visits[Hand.RIGHT])
    first = post(f"{kiosk.url}/actions/pay", json={"minor": 450})
    assert first.status_code == 202
    assert working.wait(60)
    assert post(f"{kiosk.url}/actions/forget").status_code == 409
    go_on.set()
    assert accepted.wait(60)
    assert service.sent("/v1/payments")[0]["body"]["amount"] == {"minor": 450, "currency": "EUR"}


def test_whatever_a_flow_raises_the_customer_sees_an_answer(terminal):
    titles = []
    refused = threading.Event()

    def note(shown):
        titles.append(shown.title)
        if shown.stage is Stage.REFUSED:
            refused.set()

    terminal.display.subscribe(note)
    action = Action("Pay", lambda terminal, _: pay(terminal, Money(1, "EUR")))
    with Attendant(terminal, {"pay": action}) as attendant:
        assert attendant.start("pay", {})
        assert refused.wait(60)
    assert "Your palm could not be read" in titles


@pytest.mark.browser
def test_a_customer_enrols_at_the_page(terminal, service, camera, visits, kiosk, page, tmp_path):
    """Drives the page in Chromium: outline, prompt, progress and outcome must be seen."""
    page.goto(kiosk.url)
    page.get_by_role("button", name="Delete my palm").wait_for()
    states = watch(page)
    camera.show(visits[Hand.RIGHT])
    camera.show(visits[Hand.LEFT])
    enrol(slowly(terminal), hands=[Hand.RIGHT, Hand.LEFT], consent=CONSENT, card=False)
    page.locator("[data-stage=accepted]").wait_for()
    assert page.locator("#title").text_content() == "You are enrolled"
    seen = states()
    assert any(state["corners"] > 20 for state in seen)
    assert "take hand away" in {state["prompt"] for state in seen}
    assert max(state["ring"] for state in seen) == 100
    assert {state["title"] for state in seen} >= {"Show your right palm", "Show your left palm"}


@pytest.mark.browser
def test_a_button_on_the_page_starts_and_the_stop_button_stops(terminal, service, page):
    patient = slowly(terminal)
    with Attendant(patient, actions(DeviceSettings())) as attendant, Kiosk(attendant) as kiosk:
        page.goto(kiosk.url)
        page.get_by_role("button", name="My points").click()
        page.get_by_role("button", name="Stop").click()
        page.locator("[data-stage=idle]").wait_for()
    assert service.requests == []


@pytest.fixture
def page():
    """A page in Chromium; it fails, and does not skip, where there is no browser."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None and CHROME_ON_MACOS.exists():
        found = str(CHROME_ON_MACOS)
    assert found, "No Chromium: run tests/system-packages.sh"
    with sync_playwright() as playwright:
        sandbox = [] if os.geteuid() else ["--no-sandbox"]
        with playwright.chromium.launch(executable_path=found, args=sandbox) as browser:
            page = browser.new_page(viewport={"width": 1080, "height": 1200})
            page.on("pageerror", lambda error: pytest.fail(str(error)))
            yield page


def watch(page):
    """Note every state that the page draws; returns how to get them."""
    page.evaluate(
        """() => {
            window.states = [];
            const note = () => window.states.push({
                prompt: document.body.dataset.prompt,
                title: document.getElementById("title").textContent,
                corners: document.getElementById("hand").points.numberOfItems,
                ring: parseFloat(document.getElementById("ring").getAttribute("stroke-dasharray")),
            });
            new MutationObserver(note).observe(
                document.body, {subtree: true, attributes: true, childList: true});
        }"""
    )
    return lambda: page.evaluate("window.states")


def slowly(terminal):
    """The terminal with a camera that takes its time, so that the browser can keep up."""

    class Paced:
        def read(self, timeout):
            SystemClock().sleep(0.05)
            return terminal.source.read(timeout)

        def close(self):
            terminal.source.close()

    return attrs.evolve(terminal, source=Paced())
