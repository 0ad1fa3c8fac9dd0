import threading
import time

import numpy as np
import pytest

from thenar.errors import (
    CameraTimeout,
    CameraUnavailable,
    DoorError,
    InvalidRecord,
    LoyaltyError,
    NotifierError,
    PaymentError,
)
from thenar.records import Band, Decision, Frame, FrameSet, Message, OfflinePolicy, Passage
from thenar.testing.simulated import (
    VISA,
    Fault,
    Faults,
    GateSettings,
    SimulatedBadgeDoor,
    SimulatedCamera,
    SimulatedCardReader,
    SimulatedClock,
    SimulatedGate,
    SimulatedLoyalty,
    SimulatedNotifier,
    SystemClock,
)


def passage(credential, request="r1", time=50.0):
    return Passage("north", "subject", credential, time, request)


def frames(shade):
    return FrameSet((Frame(np.full((4, 4), shade, np.uint8), Band.GREY),))


def test_a_clock_moves_only_when_told():
    clock = SimulatedClock(100.0)
    clock.sleep(5)
    assert clock.time() == 105.0
    with pytest.raises(ValueError, match="0 seconds or more"):
        clock.advance(-1)


def test_a_slow_call_takes_simulated_time_and_is_carried_out():
    clock = SimulatedClock(0.0)
    loyalty = SimulatedLoyalty(faults=Faults(clock, delay=7.0))
    loyalty.join("m", points=3)
    loyalty.faults.plan("accrue", Fault.SLOW)
    assert loyalty.accrue("m", 1, idempotency_key="k").points == 4
    assert clock.time() == 7.0


def test_a_reader_reads_each_card_once_and_times_out():
    clock = SimulatedClock(0.0)
    reader = SimulatedCardReader(clock)
    reader.insert(VISA)
    assert reader.read(10).last4 == "4242"
    with pytest.raises(PaymentError, match="none came"):
        reader.read(10)
    assert clock.time() == 10.0
    reader.insert_unreadable()
    with pytest.raises(PaymentError, match="could not be read"):
        reader.read(10)


def test_a_wiped_card_is_empty_and_cannot_be_copied():
    reader = SimulatedCardReader(SimulatedClock())
    reader.insert(VISA)
    card = reader.read(1)
    card.wipe()
    assert bytes(reader.handed_out[0].number()) == b""
    with pytest.raises(InvalidRecord):
        card.__reduce__()


def test_loyalty_books_once_per_key_even_when_the_reply_is_lost():
    loyalty = SimulatedLoyalty()
    loyalty.join("m", points=10)
    loyalty.faults.plan("redeem", Fault.LOST_REPLY)
    with pytest.raises(LoyaltyError):
        loyalty.redeem("m", 4, idempotency_key="k")
    assert loyalty.redeem("m", 4, idempotency_key="k").points == 6
    with pytest.raises(LoyaltyError, match="another change"):
        loyalty.redeem("m", 5, idempotency_key="k")
    with pytest.raises(LoyaltyError, match="too few"):
        loyalty.redeem("m", 7, idempotency_key="l")
    with pytest.raises(LoyaltyError, match="No such member"):
        loyalty.look_up("n")


def test_a_ticket_is_redeemed_once_but_the_same_request_is_answered_again():
    gate = SimulatedGate()
    gate.sell("T-1")
    gate.faults.plan("ask", Fault.LOST_REPLY)
    with pytest.raises(DoorError):
        gate.ask(passage("T-1"))
    assert gate.ask(passage("T-1")).allow
    second = gate.ask(passage("T-1", request="r2"))
    assert (second.allow, second.reason) == (False, "ticket already used")


@pytest.mark.parametrize(("time", "allow"), [(9.0, False), (10.0, True), (20.0, False)])
def test_a_ticket_has_its_time(time, allow):
    gate = SimulatedGate()
    gate.sell("T-1", valid_from=10.0, valid_to=20.0)
    assert gate.ask(passage("T-1", time=time)).allow is allow


@pytest.mark.parametrize("make", [SimulatedGate, SimulatedBadgeDoor])
def test_doors_refuse_the_unknown_and_open_only_for_an_allowing_decision(make):
    door = make(GateSettings(offline=OfflinePolicy.FAIL_OPEN))
    decision = door.ask(passage("nothing"))
    assert not decision.allow
    with pytest.raises(DoorError):
        door.open(decision)
    assert door.openings == []
    assert door.offline is OfflinePolicy.FAIL_OPEN


def test_a_stuck_door_says_so_and_counts_no_opening():
    door = SimulatedBadgeDoor()
    door.issue("B-1")
    door.faults.plan("open", Fault.LOST_REQUEST)
    allowed = Decision(True, "badge active", request_id="r1")
    with pytest.raises(DoorError):
        door.open(allowed)
    door.open(allowed)
    assert door.openings == ["r1"]


def test_a_revoked_badge_is_refused():
    door = SimulatedBadgeDoor()
    door.issue("B-1")
    assert door.ask(passage("B-1")).allow
    door.revoke("B-1")
    assert door.ask(passage("B-1")).reason == "badge revoked"


def test_a_notifier_delivers_or_says_that_it_did_not():
    notifier = SimulatedNotifier()
    notifier.faults.plan("send", Fault.LOST_REQUEST)
    message = Message("a@example.org", "Code", "123456")
    with pytest.raises(NotifierError):
        notifier.send(message)
    notifier.send(message)
    assert notifier.delivered("a@example.org") == [message]


def test_a_camera_shows_scenes_in_turn_then_nothing():
    clock = SimulatedClock(0.0)
    camera = SimulatedCamera(fps=10, clock=clock)
    camera.show([frames(1), frames(2)])
    camera.show([frames(3)])
    source = camera.open()
    seen = [source.read(1) for _ in range(3)]
    assert [int(f.primary.pixels[0, 0]) for f in seen] == [1, 2, 3]
    assert [f.time for f in seen] == [0.0, 0.1, 0.2]
    before = clock.time()
    with pytest.raises(CameraTimeout):
        source.read(1)
    assert clock.time() == before + 1


def test_an_empty_view_is_shown_between_scenes_at_the_camera_s_rate():
    clock = SimulatedClock(0.0)
    camera = SimulatedCamera(fps=10, background=frames(9), clock=clock)
    source = camera.open()
    assert [int(source.read(1).primary.pixels[0, 0]) for _ in range(11)] == [9] * 11
    assert clock.time() == pytest.approx(1.0, abs=0.11)


def test_a_camera_freezes_and_is_unplugged_on_demand():
    camera = SimulatedCamera(clock=SimulatedClock())
    camera.show([frames(1), frames(2)])
    source = camera.open()
    with pytest.raises(CameraUnavailable, match="in use"):
        camera.open()
    camera.freeze()
    with pytest.raises(CameraTimeout):
        source.read(1)
    camera.unplug()
    with pytest.raises(CameraUnavailable):
        source.read(1)
    camera.plug_in()
    assert source.read(1).number == 0


def test_a_frame_that_takes_long_to_make_does_not_hold_up_its_reader():
    made = threading.Event()

    def slowly():
        made.wait(60)
        yield frames(7)

    camera = SimulatedCamera(clock=SimulatedClock())
    camera.show(slowly())
    source = camera.open()
    with pytest.raises(CameraTimeout):
        source.read(0.01)
    made.set()
    assert int(source.read(60).primary.pixels[0, 0]) == 7


def test_a_scene_that_breaks_tells_its_reader():
    def broken():
        yield frames(1)
        raise ZeroDivisionError

    camera = SimulatedCamera(clock=SimulatedClock())
    camera.show(broken())
    source = camera.open()
    source.read(60)
    with pytest.raises(ZeroDivisionError):
        source.read(60)


def test_a_cleared_camera_shows_nothing_of_what_was_put_before_it():
    camera = SimulatedCamera(background=frames(9), clock=SimulatedClock())
    camera.show([frames(1)] * 50)
    source = camera.open()
    assert int(source.read(60).primary.pixels[0, 0]) == 1
    camera.clear()
    assert int(source.read(60).primary.pixels[0, 0]) == 9


def test_a_camera_keeps_time_on_the_machine_s_clock_too():
    camera = SimulatedCamera(fps=200, background=frames(9), clock=SystemClock())
    source = camera.open()
    started = time.monotonic()
    for _ in range(21):
        source.read(1)
    assert time.monotonic() - started >= 20 / 200


def test_a_skipped_scene_gives_way_to_the_next():
    camera = SimulatedCamera(background=frames(9), clock=SimulatedClock())
    camera.show([frames(1)] * 50)
    camera.show([frames(2)])
    source = camera.open()
    source.read(60)
    camera.skip()
    assert [int(source.read(60).primary.pixels[0, 0]) for _ in range(2)] == [2, 9]
    camera.skip()
