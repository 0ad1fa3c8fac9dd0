"""An enrolment is stopped at every step in turn, and each time nothing of it is left."""

import logging

import attrs
import pytest

from thenar.device.display import Stage
from thenar.device.enrol import enrol
from thenar.device.gesture import Standing
from thenar.device.terminal import Terminal
from thenar.errors import (
    CloudRefused,
    CloudUnreachable,
    DuplicatePalm,
    EnrolmentCancelled,
    PaymentError,
)
from thenar.messages import Consent, Purpose
from thenar.records import Band, Hand, Prompt
from thenar.synthetic import Person, Placement, empty, render
from thenar.testing.simulated import VISA, Fault, RunningClock
from thenar.testing.world import Person as Customer
from thenar.testing.world import World

CONSENT = Consent(text="terms 1 en", purposes=tuple(Purpose))
BOTH = [Hand.RIGHT, Hand.LEFT]


def brief(palm):
    """As few frames as show every state of a hover: nothing, far away, still, gone."""
    rgb = (Band.RGB,)
    nothing, still = empty(0, bands=rgb), render(palm, 1, bands=rgb)
    far = render(palm, 1, bands=rgb, placement=Placement(size=Placement().size * 0.4))
    return [nothing, far, far, *[still] * 7, nothing, nothing, nothing]


@pytest.fixture(scope="module")
def shown():
    return [brief(Person(3).palm(hand)) for hand in BOTH]


STEPS = {
    "the card is awaited": lambda s: s.stage is Stage.CARD,
    "the first palm is awaited": lambda s: s.step == 2 and s.standing is Standing.ABSENT,
    "the first palm comes": lambda s: s.step == 2 and s.standing is Standing.APPROACHING,
    "the first palm is there": lambda s: s.step == 2 and s.standing is Standing.POSITIONED,
    "the first palm is still": lambda s: s.step == 2 and s.standing is Standing.STILL,
    "the first palm is taken": lambda s: s.step == 2 and s.prompt is Prompt.TAKE_AWAY,
    "the second palm is awaited": lambda s: s.step == 3 and s.standing is Standing.ABSENT,
    "the second palm is still": lambda s: s.step == 3 and s.standing is Standing.STILL,
    "the second palm is taken": lambda s: s.step == 3 and s.prompt is Prompt.TAKE_AWAY,
    "the service looks for duplicates": lambda s: s.stage is Stage.WORKING,
}


def nothing_is_left(terminal, service):
    """With the reader, the processor, the service, in files or on the screen."""
    enrolled = len(service.sent("/v1/enrolments"))
    forgotten = sum(request["method"] == "DELETE" for request in service.requests)
    assert enrolled == forgotten
    assert terminal.payment.tokens() == 0
    assert all(not bytes(card.number()) for card in terminal.card_reader.handed_out)
    assert list(terminal.state.iterdir()) == []
    assert terminal.display.shown.outline == ()


@pytest.mark.parametrize("step", STEPS)
def test_stopped_at_any_step_nothing_is_left(terminal, service, camera, shown, monkeypatch, step):
    crops = []
    monkeypatch.setattr(
        "thenar.device.identify.require_living", lambda taken, _: crops.extend(taken.crops)
    )
    if step != "the card is awaited":
        terminal.card_reader.insert(VISA)
    for visit in shown:
        camera.show(visit)
    reached = []

    def stop(now):
        if not reached and STEPS[step](now):
            reached.append(now)
            terminal.cancel()

    terminal.display.subscribe(stop)
    with pytest.raises(EnrolmentCancelled):
        enrol(terminal, hands=BOTH, consent=CONSENT)
    assert reached
    assert terminal.display.shown.title == "Stopped"
    assert terminal.display.shown.detail == "Nothing was kept"
    assert (terminal.display.shown.step, terminal.display.shown.steps) == (0, 0)
    assert not any(pixels.any() for crop in crops for pixels in crop.bands.values())
    nothing_is_left(terminal, service)


def test_a_palm_that_is_enrolled_already_gives_the_card_s_token_back(
    terminal, service, camera, shown
):
    terminal.card_reader.insert(VISA)
    camera.show(shown[0])
    service.refusal = ("/v1/enrolments", "duplicate-palm")
    with pytest.raises(DuplicatePalm):
        enrol(terminal, consent=CONSENT)
    assert terminal.payment.tokens() == 0
    assert terminal.display.shown.detail == "This palm is enrolled already"


def test_an_enrolment_that_may_have_happened_keeps_its_token(terminal, service, camera, shown):
    """Were it given back, the person would be enrolled with a card that is declined."""
    terminal.card_reader.insert(VISA)
    camera.show(shown[0])
    service.drop("/v1/enrolments", 99)
    with pytest.raises(CloudUnreachable):
        enrol(terminal, consent=CONSENT)
    assert terminal.payment.tokens() == 1


@pytest.mark.parametrize("fault", [Fault.LOST_REPLY, Fault.LOST_REQUEST])
def test_a_token_is_made_once_and_given_back_though_answers_are_lost(
    terminal, service, camera, fault
):
    terminal.card_reader.insert(VISA)
    terminal.payment.faults.plan("tokenise", fault)
    terminal.payment.faults.plan("detokenise", fault)
    terminal.display.subscribe(lambda s: terminal.cancel() if s.stage is Stage.PALM else None)
    with pytest.raises(EnrolmentCancelled):
        enrol(terminal, consent=CONSENT)
    assert terminal.payment.tokens() == 0
    nothing_is_left(terminal, service)


def test_a_token_that_cannot_be_given_back_is_reported(terminal, service, camera, caplog):
    terminal.card_reader.insert(VISA)
    terminal.display.subscribe(lambda s: terminal.cancel() if s.stage is Stage.PALM else None)
    with (
        terminal.payment.faults.every(Fault.LOST_REQUEST, "detokenise"),
        caplog.at_level(logging.INFO),
        pytest.raises(EnrolmentCancelled),
    ):
        enrol(terminal, consent=CONSENT)
    assert "stays with the processor" in caplog.text
    assert "tok_" not in caplog.text
    assert list(terminal.trouble) == ["payment-unknown"]


class Unforgetting:
    """A processor that can tokenise alone."""

    def __init__(self, processor):
        self.tokenise, self.tokens = processor.tokenise, processor.tokens


def test_a_processor_that_cannot_forget_does_not_keep_the_customer(terminal):
    terminal = attrs.evolve(terminal, payment=Unforgetting(terminal.payment))
    terminal.card_reader.insert(VISA)
    terminal.display.subscribe(lambda s: terminal.cancel() if s.stage is Stage.PALM else None)
    with pytest.raises(EnrolmentCancelled):
        enrol(terminal, consent=CONSENT)
    assert terminal.payment.tokens() == 1


def test_no_card_in_time_ends_it(terminal, service):
    with pytest.raises(PaymentError):
        enrol(terminal, consent=CONSENT)
    nothing_is_left(terminal, service)


def test_stopped_too_late_and_unreachable_is_told(terminal, service, camera, shown):
    camera.show(shown[0])
    terminal.display.subscribe(lambda s: terminal.cancel() if s.stage is Stage.WORKING else None)
    service.drop("/v1/identifications", 99)
    with pytest.raises(CloudUnreachable):
        enrol(terminal, consent=CONSENT, card=False)
    assert terminal.display.shown.title == "Stopped too late"


def test_stopped_too_late_and_not_recognised_is_told(terminal, service, camera, shown):
    camera.show(shown[0])
    terminal.display.subscribe(lambda s: terminal.cancel() if s.stage is Stage.WORKING else None)
    service.recognises = False
    with pytest.raises(CloudRefused, match="too late"):
        enrol(terminal, consent=CONSENT, card=False)


def test_the_real_service_forgets_whom_it_enrolled_while_stop_was_pressed(tmp_path):
    with World(tmp_path) as world:
        assert isinstance(world.terminal, Terminal)
        assert isinstance(world.clock, RunningClock)
        world.add("Ada", Customer(palms=(Hand.RIGHT, Hand.LEFT), card="visa", member="M-1"))

        def stop(shown):
            if shown.stage is Stage.WORKING:
                world.terminal.cancel()

        unsubscribe = world.terminal.display.subscribe(stop)
        told = world.enrol("Ada")
        assert "nothing of it is kept" in told.said
        assert world.terminal.cloud.ready().palms == 0
        assert world.processor.tokens() == 0
        unsubscribe()
        assert world.enrol("Ada").result == "enrolled", "she is no duplicate of herself"
