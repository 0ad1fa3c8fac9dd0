"""A customer chooses a tip and a card by touch; without a touch it is the default."""

import threading
import time

import attrs
import httpx
import pytest

from thenar.device.attendant import Attendant
from thenar.device.choosing import choose
from thenar.device.display import Choice, Stage
from thenar.device.enrol import enrol
from thenar.device.kiosk import Kiosk
from thenar.device.program import actions
from thenar.device.settings import DeviceSettings
from thenar.errors import InteractionCancelled
from thenar.messages import Basket, Consent, Line, Purpose
from thenar.parameters import DEVICE
from thenar.records import Link, LinkKind, Money
from thenar.testing.simulated import MASTERCARD, VISA, SimulatedCardReader
from thenar.testing.world import World

from ..cloud.chromium import PHONE, chromium, faults, opened

LUNCH = Basket(currency="EUR", lines=(Line(name="Soup", each=1240),))
KIOSK = {"width": 1080, "height": 1920}
WANTED = {"basket": LUNCH.model_dump(mode="json"), "tips": [5, 10, 15], "choose_card": True}
OFFERED = (Choice("a", "first"), Choice("b", "second"))
LONG = 600.0


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Somebody with two cards; the one linked last is charged where none is chosen."""
    with World(tmp_path_factory.mktemp("world")) as world:
        reader = SimulatedCardReader()
        reader.insert(MASTERCARD)
        token = world.processor.tokenise(reader.read(1), idempotency_key="second card")
        other = Link(
            LinkKind.PAYMENT, token.processor, token.token, "mastercard •••• 4444", token.expiry
        )
        world.card_reader.insert(VISA)
        world.show("Ada", enrolling=True)
        consent = Consent(text="terms 1 en", purposes=tuple(Purpose))
        enrol(world.terminal, consent=consent, links=[other])
        yield world


@pytest.fixture
def kiosk(world):
    with (
        Attendant(world.terminal, actions(DeviceSettings())) as attendant,
        Kiosk(attendant) as kiosk,
    ):
        world.terminal.display.idle()
        world.show("Ada")
        yield kiosk


@pytest.fixture
def patient(monkeypatch):
    """Nothing is decided by how long a test takes."""
    calm = attrs.evolve(DEVICE, choice_wait=LONG, choice_most=LONG)
    for name in ("choosing", "answers"):
        monkeypatch.setattr(f"thenar.device.{name}.DEVICE", calm)


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


def shown(terminal, wanted):
    """Wait for a screen."""
    until = time.monotonic() + 120
    while not wanted(terminal.display.shown):
        assert time.monotonic() < until, terminal.display.shown
        time.sleep(0.02)
    return terminal.display.shown


@pytest.mark.browser
@pytest.mark.parametrize(
    ("size", "query", "texts"),
    [
        (PHONE, "?calm", ("Add a tip to €12.40?", "10 %", "€1.24", "Which card?", "Paid €13.64")),
        (
            KIOSK,
            "?lang=es&calm&large",
            ("¿Desea añadir propina a 12,40\xa0€?", "10 %", "1,24\xa0€", "¿Con qué tarjeta?",
             "Pagado: 13,64\xa0€"),
        ),
    ],
    ids=["phone, English", "kiosk, Spanish"],
)  # fmt: skip
def test_tip_and_card_are_chosen_by_touch(browser, world, kiosk, patient, size, query, texts):
    question, percent, amount, which, paid = texts
    before = world.processor.captured("EUR")
    page = opened(browser, size)
    page.goto(kiosk.url + query)
    page.locator("#actions button").first.wait_for()
    assert httpx.post(f"{kiosk.url}/actions/checkout", json=WANTED).status_code == 202
    page.get_by_text(question).wait_for()
    assert page.locator("#choose button").count() == 4
    assert page.evaluate("document.activeElement.className") == "usual", "reached by keyboard"
    assert faults(page) == []
    page.get_by_role("button", name=f"{percent} {amount}").click()
    page.get_by_text(which).wait_for()
    cards = page.locator("#choose strong").all_text_contents()
    assert sorted(cards) == ["mastercard •••• 4444", "visa •••• 4242"]
    assert "12/99" in page.locator("#choose").inner_text()
    assert faults(page) == []
    page.locator("#choose button:not(.usual)").click()
    page.get_by_text(paid).wait_for()
    assert cards[1] in page.locator("#detail").text_content()
    assert not page.locator("#choose").is_visible()
    assert world.processor.captured("EUR").minor - before.minor == 1364
    assert page.said == []


def test_without_a_touch_there_is_no_tip_and_the_default_card_pays(world, kiosk, monkeypatch):
    hasty = attrs.evolve(DEVICE, choice_wait=0.05)
    monkeypatch.setattr("thenar.device.choosing.DEVICE", hasty)
    before = world.processor.captured("EUR")
    seen = []
    unsubscribe = world.terminal.display.subscribe(seen.append)
    assert httpx.post(f"{kiosk.url}/actions/checkout", json=WANTED).status_code == 202
    shown(world.terminal, lambda screen: screen.stage is Stage.ACCEPTED)
    unsubscribe()
    tip, card = (screen for screen in seen if screen.stage is Stage.CHOICE)
    assert tip.detail == "Without a choice: No tip"
    assert world.processor.captured("EUR").minor - before.minor == 1240
    assert world.terminal.display.shown.detail == card.choices[0].label


def test_who_stops_at_a_choice_is_charged_nothing(world, kiosk, patient):
    before = world.processor.captured("EUR")
    httpx.post(f"{kiosk.url}/actions/checkout", json=WANTED)
    shown(world.terminal, lambda screen: screen.stage is Stage.CHOICE)
    assert httpx.post(f"{kiosk.url}/cancel").status_code == 204
    shown(world.terminal, lambda screen: screen.stage is Stage.IDLE)
    assert world.processor.captured("EUR") == before


def test_more_time_is_given_to_who_asks_for_it(world, kiosk, patient):
    httpx.post(f"{kiosk.url}/actions/checkout", json=WANTED)
    first = shown(world.terminal, lambda screen: screen.stage is Stage.CHOICE)
    assert httpx.post(f"{kiosk.url}/choices/{first.question}").status_code == 204
    again = shown(world.terminal, lambda screen: screen.number > first.number)
    assert (again.question, again.choices) == (first.question, first.choices)
    httpx.post(f"{kiosk.url}/cancel")
    shown(world.terminal, lambda screen: screen.stage is Stage.IDLE)


def test_only_what_is_asked_now_is_answered(world, kiosk, patient):
    httpx.post(f"{kiosk.url}/actions/checkout", json=WANTED)
    asked = shown(world.terminal, lambda screen: screen.stage is Stage.CHOICE)
    here = f"{kiosk.url}/choices/{asked.question}"
    elsewhere = {"origin": "https://elsewhere.example"}
    assert httpx.post(f"{here}/0", headers=elsewhere).status_code == 403
    assert httpx.post(f"{here}/1000000").status_code == 409, "not offered"
    assert httpx.post(f"{kiosk.url}/choices/{'0' * 16}/0").status_code == 409, "not asked"
    httpx.post(f"{kiosk.url}/cancel")
    shown(world.terminal, lambda screen: screen.stage is Stage.IDLE)
    assert httpx.post(f"{here}/0").status_code == 409, "asked no more"


def test_one_card_is_nothing_to_choose_from(terminal, service):
    from thenar.device.choosing import card_of

    assert card_of(terminal, "Pay", service.links) is None


def test_a_choice_is_answered_or_stopped_once(terminal, patient):
    answered = []
    asking = threading.Thread(
        target=lambda: answered.append(choose(terminal, "Which?", OFFERED, seconds=LONG))
    )
    asking.start()
    screen = shown(terminal, lambda screen: screen.stage is Stage.CHOICE)
    assert terminal.answers.give(screen.question, "b")
    assert not terminal.answers.give(screen.question, "a")
    asking.join()
    assert answered == ["b"]
    terminal.cancel()
    with pytest.raises(InteractionCancelled):
        choose(terminal, "Which?", OFFERED, seconds=LONG)


def test_a_tip_is_of_the_basket_and_rounded(world, kiosk, patient):
    odd = Basket(currency="EUR", lines=(Line(name="Tea", each=333),))
    body = {"basket": odd.model_dump(mode="json"), "tips": [5, 10]}
    httpx.post(f"{kiosk.url}/actions/checkout", json=body)
    asked = shown(world.terminal, lambda screen: screen.stage is Stage.CHOICE)
    assert [choice.name for choice in asked.choices] == ["0", "17", "33"]
    assert asked.choices[1].detail == str(Money(17, "EUR"))
    httpx.post(f"{kiosk.url}/cancel")
    shown(world.terminal, lambda screen: screen.stage is Stage.IDLE)
