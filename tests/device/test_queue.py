"""Several people in a row, and both palms of one: nobody's frames are taken for another's."""

import threading

import pytest

from thenar.device.display import Stage
from thenar.device.enrol import enrol
from thenar.device.pay import pay
from thenar.device.program import watch
from thenar.device.settings import DeviceSettings
from thenar.messages import Consent, Purpose
from thenar.records import Hand, Money
from thenar.synthetic import Person, hover
from thenar.testing.simulated import VISA

CONSENT = Consent(text="terms 1 en", purposes=tuple(Purpose))


@pytest.fixture(scope="module")
def people():
    """Three visits."""
    return [
        list(hover(Person(50 + k).palm(Hand.RIGHT), k, fps=12, still=0.8, pause=0.25))
        for k in range(3)
    ]


def test_people_in_a_row_are_each_asked_for_by_their_own_frames(terminal, service, camera, people):
    for visit in people:
        camera.show(visit)
        pay(terminal, Money(100, "EUR"))
        camera.clear()
    places = [tuple(crop.pose.centre for crop in sent) for sent in service.captures]
    assert len(places) == len(people)
    assert len(set(places)) == len(people)


def test_a_hand_that_stays_at_a_watched_door_is_read_once(
    terminal, service, camera, visits, ticket
):
    """The next person begins with an empty view: no second passage for the same hover."""
    visit = visits[Hand.RIGHT]
    middle = len(visit) // 2
    camera.show([*visit[: middle + 1], *[visit[middle]] * 30])
    settings = DeviceSettings(door="north")
    watch(terminal, settings)
    assert len(service.sent("/v1/identifications")) == 1
    assert len(terminal.doors["north"].door.openings) == 1
    assert terminal.display.shown.stage is Stage.ACCEPTED, "the answer stays on the screen"


def test_both_palms_are_taken_with_progress_from_step_to_step(terminal, camera, visits):
    terminal.card_reader.insert(VISA)
    camera.show(visits[Hand.RIGHT])
    camera.show(visits[Hand.LEFT])
    steps, progress = [], {}

    def note(shown):
        steps.append((shown.step, shown.steps))
        if shown.stage is Stage.PALM:
            progress.setdefault(shown.step, []).append(shown.progress)

    terminal.display.subscribe(note)
    enrol(terminal, hands=[Hand.RIGHT, Hand.LEFT], consent=CONSENT)
    assert list(dict.fromkeys(steps)) == [(1, 4), (2, 4), (3, 4), (4, 4), (0, 0)]
    for step in (2, 3):
        assert min(progress[step]) == 0
        assert max(progress[step]) == 1


def test_an_enrolment_of_both_palms_takes_less_than_a_minute(terminal, camera, clock, visits):
    """On the simulated session's clock, from the card to the confirmation."""
    terminal.card_reader.insert(VISA)
    camera.show(visits[Hand.RIGHT])
    camera.show(visits[Hand.LEFT])
    begun = clock.time()
    enrol(terminal, hands=[Hand.RIGHT, Hand.LEFT], consent=CONSENT)
    assert clock.time() - begun < 60


def test_two_flows_never_run_at_once(terminal, camera, visits):
    from thenar.device.attendant import Action, Attendant

    running, most, go_on = [], [], threading.Event()

    def flow(terminal, sent):
        running.append(1)
        most.append(len(running))
        go_on.wait(60)
        running.pop()

    with Attendant(terminal, {"one": Action("", flow)}) as attendant:
        started = [attendant.start("one", {}) for _ in range(5)]
        go_on.set()
    assert started == [True, False, False, False, False]
    assert most == [1]
