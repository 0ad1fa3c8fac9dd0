"""The customer's page in Chromium: at the size of a phone and of a kiosk, in each of its modes."""

import re

import attrs
import pytest

from thenar.device import words
from thenar.device.attendant import Action, Attendant
from thenar.device.display import Shown, Stage
from thenar.device.gesture import Standing
from thenar.device.kiosk import Kiosk
from thenar.device.program import actions
from thenar.device.settings import DeviceSettings
from thenar.device.words import Words
from thenar.records import Hand, Money, Prompt

from ..cloud.chromium import PHONE, chromium, faults, opened

pytestmark = pytest.mark.browser
KIOSK = {"width": 1080, "height": 1920}
DESK = {"width": 1280, "height": 800}
OUTLINE = ((0.3, 0.2), (0.7, 0.2), (0.7, 0.9), (0.3, 0.9))
PAY = Words("Pay {amount}", amount=Money(1240, "EUR"))
SCREENS = {
    "idle": Shown(Stage.IDLE, Words("Welcome")),
    "card": Shown(Stage.CARD, Words("Welcome"), Words("Insert your card")),
    "palm": Shown(
        Stage.PALM,
        words.SHOW[Hand.RIGHT],
        words.PROMPTS[Prompt.CLOSER],
        prompt=Prompt.CLOSER,
        progress=0.4,
        standing=Standing.STILL,
        outline=OUTLINE,
    ),
    "working": Shown(Stage.WORKING, PAY, Words("One moment")),
    "accepted": Shown(Stage.ACCEPTED, Words("Paid {amount}", amount=Money(1240, "EUR")), "visa"),
    "refused": Shown(Stage.REFUSED, Words("No entry"), words.PASS_REASONS[0]),
}
HEARD = """
    window.heard = [];
    const real = AudioContext.prototype.createOscillator;
    AudioContext.prototype.createOscillator = function () {
        const made = real.call(this);
        window.heard.push(made);
        return made;
    };
    window.spoken = [];
    speechSynthesis.speak = (said) => window.spoken.push([said.text, said.lang]);
"""


@pytest.fixture(scope="module")
def browser():
    with chromium("--autoplay-policy=no-user-gesture-required") as browser:
        yield browser


@pytest.fixture
def kiosk(terminal):
    with Attendant(terminal, actions(DeviceSettings())) as attendant, Kiosk(attendant) as kiosk:
        yield kiosk


def at(browser, kiosk, size=PHONE, query="", **more):
    page = opened(browser, size, **more)
    page.add_init_script(HEARD)
    page.goto(kiosk.url + query)
    page.locator("#actions button").first.wait_for()
    return page


def show(terminal, page, name):
    terminal.display.show(SCREENS[name])
    page.locator(f"body[data-stage={name}]").wait_for()


@pytest.mark.parametrize(
    ("size", "query"),
    [(PHONE, ""), (PHONE, "?lang=es&large&calm"), (KIOSK, "?lang=es&calm"), (DESK, "?large&calm")],
    ids=["phone", "phone, large", "kiosk", "desk, large"],
)
def test_axe_finds_nothing_on_any_screen_in_any_mode(browser, kiosk, terminal, size, query):
    page = at(browser, kiosk, size, query)
    for name in SCREENS:
        show(terminal, page, name)
        assert faults(page) == [], name
    show(terminal, page, "idle")
    for view in ("privacy", "delete"):
        opener = "[data-view-to=privacy]" if view == "privacy" else "[data-action=forget]"
        page.locator(opener).first.click()
        assert faults(page) == [], view
        page.locator(f"#{view} [data-view-to=start]").click()
    assert page.said == []


def test_prompt_outline_progress_steps_and_outcome_are_seen(browser, kiosk, terminal):
    page = at(browser, kiosk)
    terminal.display.step(2, 4)
    show(terminal, page, "palm")
    assert page.locator("#title").text_content() == "Show your right palm"
    assert page.locator("#detail").text_content() == "Move your hand closer"
    assert page.locator("#picture").get_attribute("d")
    assert page.evaluate("document.getElementById('hand').points.numberOfItems") == len(OUTLINE)
    assert page.locator("#ring").get_attribute("stroke-dasharray") == "40 100"
    assert page.locator("#steps li").count() == 4
    assert page.locator("#step-said").text_content() == "Step 2 of 4"
    assert page.locator("#cancel").is_visible()
    show(terminal, page, "accepted")
    assert page.locator("#tick").is_visible()
    assert not page.locator("#cancel").is_visible()
    assert page.locator("#hand").get_attribute("points") == ""


def test_it_is_said_in_spanish_from_one_press_on(browser, kiosk, terminal):
    page = at(browser, kiosk)
    page.get_by_role("button", name="Español").click()
    page.get_by_role("button", name="Eliminar mi palma").wait_for()
    assert page.locator("html").get_attribute("lang") == "es"
    show(terminal, page, "palm")
    assert page.locator("#title").text_content() == "Muestre la palma derecha"
    assert page.locator("#detail").text_content() == "Acerque la mano"
    show(terminal, page, "accepted")
    assert page.locator("#title").text_content() == "Pagado: 12,40\xa0€"
    assert page.get_by_label("Sonido").is_visible()
    show(terminal, page, "idle")
    page.get_by_role("button", name="Su privacidad").click()
    text = page.locator("#privacy").inner_text()
    assert "Adónde va" in text
    assert not re.search(r"\b(the|your|and)\b", text), "nothing is left in English"


def test_the_site_s_language_is_the_first(browser, terminal):
    with Attendant(terminal, {}) as attendant, Kiosk(attendant, language="es") as kiosk:
        page = opened(browser, PHONE)
        page.goto(kiosk.url)
        page.get_by_text("Le damos la bienvenida").wait_for()


def test_each_outcome_has_its_own_sound_and_can_be_silent(browser, kiosk, terminal):
    page = at(browser, kiosk)
    pitches = {}
    for name in ("card", "accepted", "refused"):
        page.evaluate("window.heard = []")
        show(terminal, page, name)
        pitches[name] = page.evaluate("window.heard.map((one) => one.frequency.value)")
    assert pitches["accepted"] == sorted(pitches["accepted"])
    assert len(pitches["accepted"]) > 1, "rises"
    assert pitches["refused"] == sorted(pitches["refused"], reverse=True)
    assert len(pitches["refused"]) > 1, "falls"
    page.get_by_label("Sound").click()
    page.evaluate("window.heard = []")
    show(terminal, page, "accepted")
    assert page.evaluate("window.heard.length") == 0


def test_outcomes_differ_in_colour_mark_and_text(browser, kiosk, terminal):
    page = at(browser, kiosk)
    looks = []
    for name in ("accepted", "refused"):
        show(terminal, page, name)
        page.wait_for_timeout(400)
        looks.append(
            (
                page.evaluate("getComputedStyle(document.querySelector('.track')).stroke"),
                page.evaluate("getComputedStyle(document.body).backgroundImage"),
                page.locator("#tick").is_visible(),
                page.locator("#title").text_content(),
            )
        )
    assert all(one != other for one, other in zip(*looks, strict=True))


def test_screen_readers_hear_every_change(browser, kiosk, terminal):
    page = at(browser, kiosk)
    said = page.locator("#said")
    assert said.get_attribute("aria-live") == "polite"
    assert said.get_attribute("role") == "status"
    show(terminal, page, "palm")
    tree = said.aria_snapshot()
    assert "Show your right palm" in tree
    assert "Move your hand closer" in tree


def test_it_reads_aloud_for_who_cannot_see_it(browser, kiosk, terminal):
    page = at(browser, kiosk, query="?lang=es")
    show(terminal, page, "card")
    assert page.evaluate("window.spoken") == []
    page.get_by_label("Leer en voz alta").click()
    show(terminal, page, "palm")
    assert page.evaluate("window.spoken") == [["Muestre la palma derecha. Acerque la mano", "es"]]


def test_type_grows_and_motion_stops_on_request(browser, kiosk, terminal):
    page = at(browser, kiosk)
    size = "parseFloat(getComputedStyle(document.getElementById('title')).fontSize)"
    moves = "document.getAnimations().filter((one) => one.playState === 'running').length"
    before = page.evaluate(size)
    assert page.evaluate(moves) > 0
    page.get_by_label("Larger type").click()
    page.get_by_label("Less motion").click()
    assert page.evaluate(size) > 1.3 * before
    show(terminal, page, "working")
    assert page.evaluate(moves) == 0


def test_a_system_that_wants_less_motion_or_more_contrast_is_obeyed(browser, kiosk, terminal):
    page = at(browser, kiosk, reduced_motion="reduce", contrast="more")
    show(terminal, page, "working")
    moves = "document.getAnimations().filter((one) => one.playState === 'running').length"
    assert page.evaluate(moves) == 0
    line = "getComputedStyle(document.documentElement).getPropertyValue('--line').trim()"
    assert page.evaluate(line) == "#fff"


def test_everything_is_reached_by_keyboard(browser, kiosk):
    page = at(browser, kiosk)
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.textContent || document.activeElement.id")
        )
    shown = " ".join(text.strip() for text in reached)
    for name in ("English", "Español", "Enrol my palm", "Delete my palm", "Your privacy"):
        assert name in shown


def test_deleting_is_explained_before_a_palm_is_asked_for(browser, terminal, service):
    asked = []
    forget = Action(Words("Delete my palm"), lambda *_: asked.append(1))
    with Attendant(terminal, {"forget": forget}) as attendant, Kiosk(attendant) as kiosk:
        page = at(browser, kiosk)
        page.get_by_role("button", name="Delete my palm").click()
        assert "nobody else can delete it" in page.locator("#delete").inner_text()
        assert asked == []
        page.get_by_role("button", name="Back").click()
        page.get_by_role("button", name="Delete my palm").click()
        with page.expect_response("**/actions/forget") as told:
            page.get_by_role("button", name="Delete my palm now").click()
        assert told.value.status == 202
    assert asked == [1]


def test_who_reads_about_privacy_is_brought_back_when_something_begins(browser, kiosk, terminal):
    page = at(browser, kiosk)
    page.get_by_role("button", name="Your privacy").click()
    assert page.locator("#privacy").is_visible()
    assert page.evaluate("document.activeElement.id") == "privacy"
    show(terminal, page, "palm")
    assert page.locator("#start").is_visible()


def test_what_a_customer_chose_is_gone_for_the_next(browser, kiosk, terminal):
    page = opened(browser, PHONE)
    page.add_init_script(HEARD)
    page.clock.install()
    page.goto(kiosk.url)
    page.get_by_role("button", name="Español").click()
    page.get_by_role("button", name="Eliminar mi palma").wait_for()
    page.get_by_label("Letra más grande").click()
    page.clock.fast_forward(61_000)
    page.get_by_role("button", name="Delete my palm").wait_for()
    assert page.get_by_label("Larger type").get_attribute("aria-pressed") == "false"


def test_another_customer_is_told_to_wait(browser, terminal):
    import threading

    go_on = threading.Event()
    slow = Action(Words("My points"), lambda *_: go_on.wait(30))
    with Attendant(terminal, {"loyalty": slow}) as attendant, Kiosk(attendant) as kiosk:
        page = at(browser, kiosk)
        assert attendant.start("loyalty", {})
        page.get_by_role("button", name="My points").click()
        page.get_by_text("Somebody else is being served").wait_for()
        go_on.set()


def test_nothing_is_asked_of_the_internet(browser, kiosk, terminal):
    page = opened(browser, KIOSK)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url.replace("ws:", "http:")))
    page.goto(kiosk.url)
    page.locator("#actions button").first.wait_for()
    for name in SCREENS:
        show(terminal, page, name)
    assert len(asked) > 6
    assert [url for url in asked if not url.startswith(kiosk.url)] == []


def test_a_reader_that_was_restarted_is_found_again(browser, terminal):
    with Attendant(terminal, {}) as attendant:
        first = Kiosk(attendant)
        port = int(first.url.rsplit(":", 1)[1])
        page = opened(browser, PHONE)
        with first:
            page.goto(first.url)
            page.get_by_text("Welcome").wait_for()
        page.get_by_text("The reader is not connected").wait_for()
        with Kiosk(attendant, port=port):
            page.locator("#link").wait_for(state="hidden")
            terminal.display.show(attrs.evolve(SCREENS["card"]))
            page.locator("body[data-stage=card]").wait_for()
