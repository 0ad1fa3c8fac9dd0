"""What contacts mean: any people, any gates, any times."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from thenar_access.arm import Arm, Inputs
from thenar_access.limits import HELD_SECONDS, LATE_SECONDS, TAILGATE_SECONDS
from thenar_access.roles import Outcome

ONE_EACH = {Outcome.PASSED, Outcome.TURNED_BACK, Outcome.SILENT}


class ArmMachine(RuleBasedStateMachine):
    """A turnstile that is looked at after each thing that people and gates do."""

    @initialize(seconds=st.sampled_from([0.5, 5.0]))
    def start(self, seconds):
        self.seconds = seconds
        self.arm, self.now, self.told = Arm(seconds), 100.0, []
        self.released = self.turning = False
        self.requests, self.rotations, self.others = [], 0, 0

    def look(self):
        self.told += self.arm.look(self.now, Inputs(self.released, self.turning))
        if not self.arm.coil:
            self.released = self.others > 0

    @rule(seconds=st.sampled_from([0.02, 0.1, 0.3, 1.0, 3.0, 10.0]))
    def time_passes(self, seconds):
        self.now += seconds
        self.look()
        self.look()

    @precondition(lambda self: not self.arm.is_busy)
    @rule()
    def a_person_is_released(self):
        self.requests.append(f"r{len(self.requests)}")
        self.arm.release(self.requests[-1])
        assert self.arm.coil
        self.released = True
        self.look()

    @precondition(lambda self: not self.turning)
    @rule()
    def somebody_turns_the_arm(self):
        self.rotations += 1
        self.turning = True
        self.now += 0.02
        self.look()

    @precondition(lambda self: self.turning)
    @rule()
    def the_arm_comes_to_rest(self):
        self.turning = False
        self.now += 0.3
        self.look()

    @rule()
    def a_look_fails(self):
        self.told += self.arm.miss(self.now)

    @invariant()
    def each_release_has_one_end_and_each_rotation_at_most_one_meaning(self):
        ended = [request for request, what in self.told if what in ONE_EACH]
        assert len(ended) == len(set(ended))
        assert set(ended) <= set(self.requests)
        counted = [what for _, what in self.told if what is not Outcome.TURNED_BACK]
        turned = [what for what in counted if what not in (Outcome.SILENT, Outcome.HELD_OPEN)]
        assert len(turned) <= self.rotations

    @invariant()
    def the_coil_is_on_for_a_request_alone(self):
        open_now = [one for one in self.requests if self.arm.is_released_for(one)]
        assert len(open_now) <= 1
        assert not self.arm.coil or open_now

    @invariant()
    def an_arm_that_turns_is_busy(self):
        assert self.arm.is_busy or not self.turning

    def teardown(self):
        self.turning = False
        for _ in range(4):
            self.time_passes(self.seconds + LATE_SECONDS)
        ended = {request for request, what in self.told if what in ONE_EACH}
        assert ended == set(self.requests)


TestArm = ArmMachine.TestCase
TestArm.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def seen(looks, *, release_at=None, seconds=5.0):
    """What is told of looks (time, released, rotated); a release before the given one."""
    arm, told = Arm(seconds), []
    for number, (now, released, rotated) in enumerate(looks):
        if number == release_at:
            arm.release("r")
        told += arm.look(now, Inputs(released, rotated))
    return told


def test_somebody_presses_through_behind():
    looks = [(0, True, False), (1, True, True), (1.2, False, False), (1.5, False, True)]
    assert seen(looks, release_at=0) == [("r", Outcome.PASSED), ("r", Outcome.TAILGATED)]


def test_an_arm_that_turns_long_after_is_forced():
    late = 1 + TAILGATE_SECONDS + 0.1
    looks = [(0, True, False), (1, True, True), (1.2, False, False), (late, False, True)]
    assert seen(looks, release_at=0) == [("r", Outcome.PASSED), ("", Outcome.FORCED)]


def test_the_passage_of_another_gate_is_not_forced():
    looks = [(0, True, False), (0.3, False, True), (0.6, False, False)]
    assert seen(looks) == []


def test_whoever_turns_the_arm_as_the_time_is_up_has_passed():
    looks = [(0, True, False), (5.1, True, False), (5.2, False, True), (6, False, False)]
    assert seen(looks, release_at=0) == [("r", Outcome.PASSED)]


def test_an_arm_that_stays_free_is_told_once():
    beyond = 5.0 + HELD_SECONDS + 0.1
    looks = [(0, True, False), (beyond, True, False), (beyond + 9, True, False)]
    assert seen(looks) == [("", Outcome.HELD_OPEN)]


def test_without_a_contact_nothing_is_known_of_who_passed():
    looks = [(0, True, None), (6, True, None)]
    assert seen(looks, release_at=0) == [("r", Outcome.SILENT)]


def test_during_an_evacuation_nobody_is_counted():
    arm = Arm(5.0)
    arm.release("r")
    arm.look(0, Inputs(released=True, rotated=False))
    assert arm.hold(on=True) == [("r", Outcome.SILENT)]
    assert arm.look(1, Inputs(released=True, rotated=True)) == []
    assert arm.look(99, Inputs(released=True, rotated=False)) == []
    assert arm.coil
    arm.hold(on=False)
    assert not arm.coil
