"""What Thenar brings itself, and its simulated devices, keep the contracts that plugins keep."""

import itertools

import attrs
import numpy as np
import pytest

from thenar.device.liveness import BandsCheck, ColourCheck, PatternCheck
from thenar.matching import NumpyMatcher
from thenar.records import Band, Card, DirectoryEntry, Frame, FrameSet
from thenar.signature import BlockCode
from thenar.testing import simulated
from thenar.testing.contracts import (
    Ability,
    CameraContract,
    CardReaderContract,
    DirectoryContract,
    DoorContract,
    LivenessContract,
    LoyaltyContract,
    MatcherContract,
    NotifierContract,
    ObserverContract,
    PaymentContract,
    PluginContract,
    SignatureContract,
)
from thenar.testing.simulated import (
    DECLINED,
    VISA,
    BooksSettings,
    Fault,
    GateSettings,
    SimulatedBadgeDoor,
    SimulatedCamera,
    SimulatedCardReader,
    SimulatedClock,
    SimulatedDirectory,
    SimulatedGate,
    SimulatedLoyalty,
    SimulatedNotifier,
    SimulatedObserver,
    SimulatedProcessor,
)


class TestBlockCode(SignatureContract):
    @pytest.fixture
    def maker(self):
        return BlockCode()


class TestNumpyMatcher(MatcherContract):
    @pytest.fixture
    def matcher(self):
        return NumpyMatcher()


@pytest.fixture(scope="session")
def printed_hand():
    """A print of a hand, as a camera sees it."""
    from thenar.capture import acquire
    from thenar.records import Hand
    from thenar.synthetic import Person, printed

    palm = Person(5100).palm(Hand.RIGHT)
    frames = [printed(palm, 0, number=number) for number in range(2)]
    return frames, [acquire(one) for one in frames]


class TestPatternCheck(LivenessContract):
    abilities = (Ability.ATTACKS,)

    @pytest.fixture
    def check(self):
        return PatternCheck()

    @pytest.fixture
    def attack(self, printed_hand):
        return printed_hand


class TestColourCheck(LivenessContract):
    @pytest.fixture
    def check(self):
        return ColourCheck()


class TestBandsCheck(LivenessContract):
    @pytest.fixture
    def check(self):
        return BandsCheck()


class TestSimulatedCamera(CameraContract):
    abilities = (
        Ability.STALLS,
        Ability.UNPLUGS,
    )

    @pytest.fixture
    def camera(self):
        view = FrameSet([Frame(np.full((6, 8), 9, np.uint8), Band.GREY)])
        return SimulatedCamera(background=view, clock=SimulatedClock())

    @pytest.fixture
    def stalled(self, camera):
        return camera.stalled()

    @pytest.fixture
    def unplugged(self, camera):
        return camera.unplugged()


class TestSimulatedCardReader(CardReaderContract):
    abilities = (Ability.UNREADABLE,)

    @pytest.fixture
    def reader(self):
        return SimulatedCardReader()

    @pytest.fixture
    def insert(self, reader):
        numbers = itertools.count()

        def put_in():
            number = f"42424242424{next(numbers):05d}"
            reader.insert(attrs.evolve(VISA, number=number))
            return number

        return put_in

    @pytest.fixture
    def insert_unreadable(self, reader):
        return reader.insert_unreadable


class _Faulty:
    """Fixtures of simulated services: their own scripts of faults and their books."""

    @pytest.fixture
    def books(self, tmp_path):
        return str(tmp_path / "books.sqlite")

    @pytest.fixture
    def unreachable(self, device):
        return device.faults.every(Fault.LOST_REQUEST)

    @pytest.fixture
    def lost_reply(self, device):
        return device.faults.every(Fault.LOST_REPLY)

    @pytest.fixture
    def silent(self, device):
        device.faults.delay = 0.1
        return device.faults.every(Fault.SILENCE)


def card(of):
    return lambda: Card(bytearray(of.number, "ascii"), expiry=of.expiry, brand=of.brand)


class TestSimulatedProcessor(_Faulty, PaymentContract):
    abilities = (
        Ability.AUTHORISES,
        Ability.DECLINES,
        Ability.DETOKENISES,
        Ability.KEYED_TOKENS,
        Ability.LOST_REPLY,
        Ability.REFUNDS,
        Ability.RESTART,
        Ability.SILENT,
        Ability.STRICT,
        Ability.UNREACHABLE,
    )

    @pytest.fixture
    def device(self, books):
        return SimulatedProcessor(BooksSettings(books))

    @pytest.fixture
    def processor(self, device):
        return device

    @pytest.fixture
    def card(self):
        return card(VISA)

    @pytest.fixture
    def declined_card(self):
        return card(DECLINED)

    @pytest.fixture
    def restarted(self, books):
        return lambda: SimulatedProcessor(BooksSettings(books))


class TestSimulatedLoyalty(_Faulty, LoyaltyContract):
    abilities = (
        Ability.LOST_REPLY,
        Ability.RESTART,
        Ability.SILENT,
        Ability.UNREACHABLE,
    )

    @pytest.fixture
    def device(self, books):
        return SimulatedLoyalty(BooksSettings(books))

    @pytest.fixture
    def programme(self, device):
        return device

    @pytest.fixture
    def member(self, device):
        device.join("M-1", points=250)
        return "M-1"

    @pytest.fixture
    def restarted(self, books):
        return lambda: SimulatedLoyalty(BooksSettings(books))


class TestSimulatedGate(_Faulty, DoorContract):
    abilities = (
        Ability.LOST_REPLY,
        Ability.OPENINGS,
        Ability.REDEEMS,
        Ability.RESTART,
        Ability.SILENT,
        Ability.UNREACHABLE,
    )

    @pytest.fixture
    def device(self, books):
        return SimulatedGate(GateSettings(books))

    @pytest.fixture
    def door(self, device):
        return device

    @pytest.fixture
    def admitted(self, device):
        device.sell("T-1")
        return "T-1"

    @pytest.fixture
    def refused(self, device):
        device.sell("T-2", valid_to=1.0)
        return "T-2"

    @pytest.fixture
    def openings(self, device):
        return lambda: len(device.openings)

    @pytest.fixture
    def restarted(self, books):
        return lambda: SimulatedGate(GateSettings(books))


class TestSimulatedBadgeDoor(_Faulty, DoorContract):
    abilities = (
        Ability.LOST_REPLY,
        Ability.OPENINGS,
        Ability.SILENT,
        Ability.UNREACHABLE,
    )

    @pytest.fixture
    def device(self, books):
        return SimulatedBadgeDoor(GateSettings(books))

    @pytest.fixture
    def door(self, device):
        return device

    @pytest.fixture
    def admitted(self, device):
        device.issue("B-1")
        return "B-1"

    @pytest.fixture
    def refused(self, device):
        device.issue("B-2")
        device.revoke("B-2")
        return "B-2"

    @pytest.fixture
    def openings(self, device):
        return lambda: len(device.openings)


class TestSimulatedDirectory(_Faulty, DirectoryContract):
    abilities = (
        Ability.INACTIVE,
        Ability.SILENT,
        Ability.UNREACHABLE,
    )

    @pytest.fixture
    def device(self, books):
        directory = SimulatedDirectory(BooksSettings(books))
        directory.enter(DirectoryEntry("s-1", groups={"staff"}, display_name="Zoë"))
        directory.enter(DirectoryEntry("s-2", active=False))
        return directory

    @pytest.fixture
    def directory(self, device):
        return device

    @pytest.fixture
    def known(self):
        return "s-1"

    @pytest.fixture
    def inactive(self):
        return "s-2"


class TestSimulatedNotifier(_Faulty, NotifierContract):
    abilities = (
        Ability.DELIVERED,
        Ability.SILENT,
        Ability.UNREACHABLE,
    )

    @pytest.fixture
    def device(self, books):
        return SimulatedNotifier(BooksSettings(books))

    @pytest.fixture
    def notifier(self, device):
        return device

    @pytest.fixture
    def address(self):
        return "ada@example.org"

    @pytest.fixture
    def delivered(self, device):
        return device.delivered


class TestSimulatedObserver(ObserverContract):
    abilities = (Ability.SEEN,)

    @pytest.fixture
    def observer(self):
        return SimulatedObserver()

    @pytest.fixture
    def seen(self, observer):
        return lambda: len(observer.events)


class TestSimulatedPlugin(PluginContract):
    @pytest.fixture
    def plugin(self):
        return simulated
