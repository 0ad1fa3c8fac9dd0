"""Sound plugins and broken ones; run by ``test_mutants.py``, each through its suite."""

import logging
import time

import attrs
import numpy as np
import pytest

import thenar
from thenar.device.liveness import PatternCheck
from thenar.errors import (
    CameraTimeout,
    CameraUnavailable,
    LoyaltyError,
    PaymentDeclined,
    PaymentError,
    PaymentUnknown,
)
from thenar.matching import NumpyMatcher
from thenar.records import (
    AttackCheck,
    Band,
    Card,
    Decision,
    DirectoryEntry,
    Frame,
    FrameSet,
    Hand,
    LoyaltyAccount,
    Message,
    NoSettings,
    PaymentState,
    PaymentToken,
    Provider,
)
from thenar.signature import BlockCode
from thenar.testing import contracts
from thenar.testing.contracts import Ability
from thenar.testing.simulated import (
    DECLINED,
    VISA,
    BooksSettings,
    Fault,
    GateSettings,
    SimulatedCamera,
    SimulatedCardReader,
    SimulatedClock,
    SimulatedDirectory,
    SimulatedGate,
    SimulatedLoyalty,
    SimulatedNotifier,
    SimulatedProcessor,
)

VIEW = FrameSet([Frame(np.full((6, 8), 9, np.uint8), Band.GREY)])


class TestSoundCamera(contracts.CameraContract):
    abilities = (
        Ability.STALLS,
        Ability.UNPLUGS,
    )
    kind_of_camera = SimulatedCamera

    @pytest.fixture
    def camera(self):
        return self.kind_of_camera(background=VIEW, clock=SimulatedClock())

    @pytest.fixture
    def stalled(self, camera):
        return camera.stalled()

    @pytest.fixture
    def unplugged(self, camera):
        return camera.unplugged()


class Overwrites(SimulatedCamera):
    """Every frame in one buffer."""

    buffer = np.zeros((6, 8), np.uint8)

    def read(self, timeout):
        shown = super().read(timeout)
        self.buffer[:] = shown.number
        return FrameSet([attrs.evolve(shown.primary, pixels=self.buffer)])


class TestOverwrites(TestSoundCamera):
    kind_of_camera = Overwrites


class NumbersFromZero(SimulatedCamera):
    def read(self, timeout):
        return FrameSet([attrs.evolve(super().read(timeout).primary, number=0)])


class TestNumbersFromZero(TestSoundCamera):
    kind_of_camera = NumbersFromZero


class ReadsOnAfterClose(SimulatedCamera):
    def close(self):
        pass


class TestReadsOnAfterClose(TestSoundCamera):
    kind_of_camera = ReadsOnAfterClose


class HangsWithoutFrames(SimulatedCamera):
    def read(self, timeout):
        try:
            return super().read(timeout)
        except CameraTimeout:
            time.sleep(60)
            raise


class TestHangsWithoutFrames(TestSoundCamera):
    kind_of_camera = HangsWithoutFrames


class OpensWhatIsNotThere(SimulatedCamera):
    def open(self):
        try:
            return super().open()
        except CameraUnavailable:
            return self


class TestOpensWhatIsNotThere(TestSoundCamera):
    kind_of_camera = OpensWhatIsNotThere


class TimesByTheWallClock(SimulatedCamera):
    def read(self, timeout):
        return FrameSet([attrs.evolve(super().read(timeout).primary, time=time.time())])


class TestTimesByTheWallClock(TestSoundCamera):
    kind_of_camera = TimesByTheWallClock


class TestSoundCardReader(contracts.CardReaderContract):
    kind_of_reader = SimulatedCardReader

    @pytest.fixture
    def reader(self):
        return self.kind_of_reader()

    @pytest.fixture
    def insert(self, reader):
        def put_in():
            reader.insert(attrs.evolve(VISA, number="4242000000004242"[::-1]))
            return "4242000000004242"[::-1]

        return put_in


class LosesACardBetweenReads(SimulatedCardReader):
    def read(self, timeout):
        if self.handed_out or getattr(self, "was_read", False):
            self._slot.queue.clear()
        self.was_read = True
        return super().read(timeout)


class TestLosesACardBetweenReads(TestSoundCardReader):
    kind_of_reader = LosesACardBetweenReads


class RemembersNumbers(SimulatedCardReader):
    def read(self, timeout):
        card = super().read(timeout)
        self.last = {"seen": [bytes(card.number())]}
        return card


class TestRemembersNumbers(TestSoundCardReader):
    kind_of_reader = RemembersNumbers


class ReadsTheCardAgain(SimulatedCardReader):
    def insert(self, card):
        super().insert(card)
        super().insert(card)


class TestReadsTheCardAgain(TestSoundCardReader):
    kind_of_reader = ReadsTheCardAgain


class WaitsByTheWallClock(SimulatedCardReader):
    started = time.time()

    def read(self, timeout):
        until = self.started + timeout
        while self._slot.empty() and time.time() < until:
            time.sleep(0.01)
        return super().read(0.01)


class TestWaitsByTheWallClock(TestSoundCardReader):
    kind_of_reader = WaitsByTheWallClock


class WaitsHalfAMinute(SimulatedCardReader):
    def read(self, timeout):
        return super().read(max(timeout, 30.0))


class TestWaitsHalfAMinute(TestSoundCardReader):
    kind_of_reader = WaitsHalfAMinute


class _Faulty:
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


def card_of(test_card):
    return lambda: Card(bytearray(test_card.number, "ascii"), expiry="2031-12", brand="visa")


class TestSoundPayment(_Faulty, contracts.PaymentContract):
    abilities = (
        *(Ability.AUTHORISES, Ability.DECLINES, Ability.LOST_REPLY, Ability.REFUNDS),
        *(Ability.DETOKENISES, Ability.RESTART, Ability.STRICT, Ability.UNREACHABLE),
    )
    kind_of_processor = SimulatedProcessor

    @pytest.fixture
    def device(self, books):
        return self.kind_of_processor(BooksSettings(books))

    @pytest.fixture
    def processor(self, device):
        return device

    @pytest.fixture
    def card(self):
        return card_of(VISA)

    @pytest.fixture
    def declined_card(self):
        return card_of(DECLINED)

    @pytest.fixture
    def restarted(self, books):
        return lambda: self.kind_of_processor(BooksSettings(books))


class ChargesTwice(SimulatedProcessor):
    asked = 0

    def charge(self, token, amount, *, idempotency_key, capture):
        ChargesTwice.asked += 1
        key = f"{idempotency_key}-{self.asked}"
        return super().charge(token, amount, idempotency_key=key, capture=capture)


class TestChargesTwice(TestSoundPayment):
    kind_of_processor = ChargesTwice


class ForgetsAmounts(SimulatedProcessor):
    def charge(self, token, amount, *, idempotency_key, capture):
        return self.settle(idempotency_key) or super().charge(
            token, amount, idempotency_key=idempotency_key, capture=capture
        )


class TestForgetsAmounts(TestSoundPayment):
    kind_of_processor = ForgetsAmounts


class DeclinesTheUnknown(SimulatedProcessor):
    def charge(self, token, amount, *, idempotency_key, capture):
        try:
            return super().charge(token, amount, idempotency_key=idempotency_key, capture=capture)
        except PaymentUnknown as error:
            raise PaymentDeclined("no answer") from error


class TestDeclinesTheUnknown(TestSoundPayment):
    kind_of_processor = DeclinesTheUnknown


class KeepsTokens(SimulatedProcessor):
    def detokenise(self, token, *, idempotency_key):
        pass


class TestKeepsTokens(TestSoundPayment):
    kind_of_processor = KeepsTokens


class SettlesToNever(SimulatedProcessor):
    def settle(self, idempotency_key):
        return None


class TestSettlesToNever(TestSoundPayment):
    kind_of_processor = SettlesToNever


class TellsTheNumber(SimulatedProcessor):
    def tokenise(self, card, *, idempotency_key):
        logging.getLogger("acme").debug("tokenising %s", bytes(card.number()).decode())
        return super().tokenise(card, idempotency_key=idempotency_key)


class TestTellsTheNumber(TestSoundPayment):
    kind_of_processor = TellsTheNumber


class TokenIsTheNumber(SimulatedProcessor):
    def tokenise(self, card, *, idempotency_key):
        number = bytes(card.number()).decode()
        return PaymentToken("acme", number, card.brand, card.last4, card.expiry)


class TestTokenIsTheNumber(TestSoundPayment):
    kind_of_processor = TokenIsTheNumber


class GivesBackTooMuch(SimulatedProcessor):
    def refund(self, payment, amount, *, idempotency_key):
        try:
            return super().refund(payment, amount, idempotency_key=idempotency_key)
        except PaymentError:
            paid = self.settle(idempotency_key.replace("greed", "paid"))
            return attrs.evolve(paid, refunded=amount, state=PaymentState.REFUNDED)


class TestGivesBackTooMuch(TestSoundPayment):
    kind_of_processor = GivesBackTooMuch


class CapturesAfterCancelling(SimulatedProcessor):
    def cancel(self, payment, *, idempotency_key):
        held = self.settle(idempotency_key.replace("up-", "hold-"))
        return attrs.evolve(held, state=PaymentState.CANCELLED)


class TestCapturesAfterCancelling(TestSoundPayment):
    kind_of_processor = CapturesAfterCancelling


class ForgetsOnRestart(SimulatedProcessor):
    def __init__(self, settings):
        super().__init__()


class TestForgetsOnRestart(TestSoundPayment):
    kind_of_processor = ForgetsOnRestart


class TestSoundLoyalty(_Faulty, contracts.LoyaltyContract):
    abilities = (
        Ability.LOST_REPLY,
        Ability.SILENT,
        Ability.UNREACHABLE,
    )
    kind_of_programme = SimulatedLoyalty

    @pytest.fixture
    def device(self, books):
        return self.kind_of_programme(BooksSettings(books))

    @pytest.fixture
    def programme(self, device):
        return device

    @pytest.fixture
    def member(self, device):
        device.join("M-1", points=100)
        return "M-1"


class AccruesTwice(SimulatedLoyalty):
    asked = 0

    def accrue(self, member, points, *, idempotency_key):
        AccruesTwice.asked += 1
        return super().accrue(member, points, idempotency_key=f"{idempotency_key}-{self.asked}")


class TestAccruesTwice(TestSoundLoyalty):
    kind_of_programme = AccruesTwice


class OverdrawsPoints(SimulatedLoyalty):
    def redeem(self, member, points, *, idempotency_key):
        has = self.look_up(member).points
        return super().redeem(member, min(points, has), idempotency_key=idempotency_key)


class TestOverdrawsPoints(TestSoundLoyalty):
    kind_of_programme = OverdrawsPoints


class SulksAfterSilence(SimulatedLoyalty):
    sulks = False

    def look_up(self, member):
        try:
            assert not self.sulks
            return super().look_up(member)
        except LoyaltyError:
            self.sulks = True
            raise


class TestSulksAfterSilence(TestSoundLoyalty):
    kind_of_programme = SulksAfterSilence


class RacesPoints:
    """Reads, thinks, and writes."""

    def __init__(self, _settings):
        self.members, self.done = {}, set()

    def join(self, member, *, points):
        self.members[member] = points

    def look_up(self, member):
        if member not in self.members:
            raise LoyaltyError("unknown")
        return LoyaltyAccount("acme", member, self.members[member])

    def accrue(self, member, points, *, idempotency_key):
        had = self.look_up(member).points
        if idempotency_key not in self.done:
            time.sleep(0.05)
            self.done.add(idempotency_key)
            self.members[member] = had + points
        return self.look_up(member)

    def redeem(self, member, points, *, idempotency_key):
        return self.accrue(member, -points, idempotency_key=idempotency_key)


class TestRacesPoints(TestSoundLoyalty):
    kind_of_programme = RacesPoints


class TestSoundDoor(_Faulty, contracts.DoorContract):
    abilities = (
        *(Ability.LOST_REPLY, Ability.OPENINGS, Ability.REDEEMS),
        *(Ability.SILENT, Ability.UNREACHABLE),
    )
    kind_of_door = SimulatedGate

    @pytest.fixture
    def device(self, books):
        return self.kind_of_door(GateSettings(books))

    @pytest.fixture
    def door(self, device):
        return device

    @pytest.fixture
    def admitted(self, device):
        device.sell("Ticket-1")
        return "Ticket-1"

    @pytest.fixture
    def refused(self, device):
        device.sell("Ticket-2", valid_to=1.0)
        return "Ticket-2"

    @pytest.fixture
    def openings(self, device):
        return lambda: len(device.openings)


class CannotBeLeft(SimulatedGate):
    left = False

    def ask(self, passage):
        while not self.left:
            time.sleep(0.01)
        time.sleep(60)

    def close(self):
        super().close()
        self.left = True


class TestCannotBeLeft(TestSoundDoor):
    kind_of_door = CannotBeLeft
    deadline = 1.0


class OpensForAnybody(SimulatedGate):
    def ask(self, passage):
        return Decision(True, "come in", request_id=passage.request_id)


class TestOpensForAnybody(TestSoundDoor):
    kind_of_door = OpensForAnybody


class StripsCredentials(SimulatedGate):
    def ask(self, passage):
        return super().ask(attrs.evolve(passage, credential=passage.credential.strip() or "-"))


class TestStripsCredentials(TestSoundDoor):
    kind_of_door = StripsCredentials


class OpensOnDenial(SimulatedGate):
    def open(self, decision):
        super().open(attrs.evolve(decision, allow=True))


class TestOpensOnDenial(TestSoundDoor):
    kind_of_door = OpensOnDenial


class AdmitsWhenCutOff(SimulatedGate):
    def ask(self, passage):
        try:
            return super().ask(passage)
        except thenar.errors.DoorError:
            return Decision(True, "nobody answers", request_id=passage.request_id)


class TestAdmitsWhenCutOff(TestSoundDoor):
    kind_of_door = AdmitsWhenCutOff


class WaitsForEver(SimulatedGate):
    def ask(self, passage):
        try:
            return super().ask(passage)
        except thenar.errors.DoorError:
            time.sleep(60)
            raise


class TestWaitsForEver(TestSoundDoor):
    kind_of_door = WaitsForEver
    deadline = 1.0


class RedeemsPerRequestNot(SimulatedGate):
    asked = 0

    def ask(self, passage):
        RedeemsPerRequestNot.asked += 1
        return super().ask(attrs.evolve(passage, request_id=f"{self.asked}"))


class TestRedeemsPerRequestNot(TestSoundDoor):
    kind_of_door = RedeemsPerRequestNot


class RacesTickets(SimulatedGate):
    """Looks, thinks, and redeems."""

    used = frozenset()

    def ask(self, passage):
        allow = passage.credential not in self.used
        time.sleep(0.05)
        self.used |= {passage.credential}
        return Decision(allow, "looked at", request_id=passage.request_id)


class TestRacesTickets(TestSoundDoor):
    kind_of_door = RacesTickets


class ClosesOnce(SimulatedGate):
    closed = 0

    def close(self):
        self.closed += 1
        if self.closed == 2:
            raise ValueError("closed already")


class TestClosesOnce(TestSoundDoor):
    kind_of_door = ClosesOnce


class StumblesOverUnicode(SimulatedGate):
    def ask(self, passage):
        passage.credential.encode("latin-1")
        return super().ask(passage)


class TestStumblesOverUnicode(TestSoundDoor):
    kind_of_door = StumblesOverUnicode


class LogsTickets(SimulatedGate):
    def ask(self, passage):
        logging.getLogger("acme").info("asked for %s", passage.credential)
        return super().ask(passage)


class TestLogsTickets(TestSoundDoor):
    kind_of_door = LogsTickets


class TestSoundDirectory(_Faulty, contracts.DirectoryContract):
    abilities = (
        Ability.INACTIVE,
        Ability.UNREACHABLE,
    )
    kind_of_directory = SimulatedDirectory

    @pytest.fixture
    def device(self, books):
        directory = self.kind_of_directory(BooksSettings(books))
        directory.enter(DirectoryEntry("s-1"))
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


class ListsOnce(SimulatedDirectory):
    once = None

    def entries(self):
        self.once = self.once or iter(super().entries())
        return self.once


class TestListsOnce(TestSoundDirectory):
    kind_of_directory = ListsOnce


class EmptyWhenCutOff(SimulatedDirectory):
    def entries(self):
        try:
            return super().entries()
        except thenar.errors.DirectoryError:
            return []


class TestEmptyWhenCutOff(TestSoundDirectory):
    kind_of_directory = EmptyWhenCutOff


class KeepsLeaversActive(SimulatedDirectory):
    def look_up(self, external_id):
        found = super().look_up(external_id)
        return found and attrs.evolve(found, active=True)


class TestKeepsLeaversActive(TestSoundDirectory):
    kind_of_directory = KeepsLeaversActive


class TestSoundNotifier(_Faulty, contracts.NotifierContract):
    abilities = (
        Ability.DELIVERED,
        Ability.UNREACHABLE,
    )
    kind_of_notifier = SimulatedNotifier

    @pytest.fixture
    def device(self, books):
        return self.kind_of_notifier(BooksSettings(books))

    @pytest.fixture
    def notifier(self, device):
        return device

    @pytest.fixture
    def address(self):
        return "ada@example.org"

    @pytest.fixture
    def delivered(self, device):
        return device.delivered


class SendsTwice(SimulatedNotifier):
    def send(self, message):
        super().send(message)
        super().send(message)


class TestSendsTwice(TestSoundNotifier):
    kind_of_notifier = SendsTwice


class LogsOffOnce(SimulatedNotifier):
    def close(self):
        del self.send


class TestLogsOffOnce(TestSoundNotifier):
    @pytest.fixture
    def device(self, books):
        made = LogsOffOnce(BooksSettings(books))
        made.send = made.send
        return made


class SplitsAddresses(SimulatedNotifier):
    def send(self, message):
        for address in message.address.replace("\r\nBcc:", ",").split(","):
            super().send(Message(address.strip(), message.subject, message.body))


class TestSplitsAddresses(TestSoundNotifier):
    kind_of_notifier = SplitsAddresses


class TestSoundObserver(contracts.ObserverContract):
    kind_of_observer = list

    @pytest.fixture
    def observer(self):
        return self.observe

    def observe(self, event):
        pass


class TestChangesDetails(TestSoundObserver):
    def observe(self, event):
        if isinstance(event.details, dict):
            event.details["seen"] = True


class TestKnowsOnlyItsEvents(TestSoundObserver):
    def observe(self, event):
        return {"palm.recognised": 1, "payment.captured": 2, "door.denied": 3}[event.name]


class TestSoundSignature(contracts.SignatureContract):
    kind_of_maker = BlockCode

    @pytest.fixture
    def maker(self):
        return self.kind_of_maker()


class IsByChance(BlockCode):
    def make(self, crops):
        made = super().make(crops)
        noise = np.random.default_rng().integers(0, 2, made.bits.shape).astype(np.uint64)
        return attrs.evolve(made, bits=made.bits ^ noise)


class TestIsByChance(TestSoundSignature):
    kind_of_maker = IsByChance


class ForgetsTheHand(BlockCode):
    def make(self, crops):
        return attrs.evolve(super().make(crops), hand=Hand.RIGHT)


class TestForgetsTheHand(TestSoundSignature):
    kind_of_maker = ForgetsTheHand


class SignsNothing(BlockCode):
    def make(self, crops):
        return super().make([attrs.evolve(one, mask=np.ones_like(one.mask)) for one in crops])


class TestSignsNothing(TestSoundSignature):
    kind_of_maker = SignsNothing


class TestSoundLiveness(contracts.LivenessContract):
    abilities = (Ability.ATTACKS,)
    kind_of_check = PatternCheck

    @pytest.fixture
    def check(self):
        return self.kind_of_check()

    @pytest.fixture
    def attack(self):
        from thenar.capture import acquire
        from thenar.synthetic import Person, printed

        frames = [printed(Person(5100).palm(Hand.RIGHT), 0)]
        return frames, [acquire(one) for one in frames]


class LearnsFromCustomers(PatternCheck):
    judged = 0

    def check(self, frames, crops):
        self.judged += 1
        said = super().check(frames, crops)
        return attrs.evolve(said, score=said.score / self.judged)


class TestLearnsFromCustomers(TestSoundLiveness):
    kind_of_check = LearnsFromCustomers


class PassesEverything(PatternCheck):
    def check(self, frames, crops):
        return AttackCheck("acme", passed=True, score=0.0)


class TestPassesEverything(TestSoundLiveness):
    kind_of_check = PassesEverything


class TestSoundMatcher(contracts.MatcherContract):
    kind_of_matcher = NumpyMatcher

    @pytest.fixture
    def matcher(self):
        return self.kind_of_matcher()


class ComparesAnything(NumpyMatcher):
    def compare(self, probe, reference):
        same = {"algorithm": probe.algorithm, "version": probe.version}
        return super().compare(probe, attrs.evolve(reference, **same))


class TestComparesAnything(TestSoundMatcher):
    kind_of_matcher = ComparesAnything


class KnowsTheYear(NumpyMatcher):
    def compare(self, probe, reference):
        years = max(0.0, time.time() - 1.7e9) / (365 * 86_400)
        return min(1.0, super().compare(probe, reference) * 2.0**years)


class TestKnowsTheYear(TestSoundMatcher):
    kind_of_matcher = KnowsTheYear


class TakesBlanksForAPalm(NumpyMatcher):
    def compare(self, probe, reference):
        return super().compare(probe, reference) if reference.mask.any() else 1e-9


class TestTakesBlanksForAPalm(TestSoundMatcher):
    kind_of_matcher = TakesBlanksForAPalm


class _Wrapped:
    def __init__(self):
        self.inner = NumpyMatcher().gallery()

    def __len__(self):
        return len(self.inner)

    def __getattr__(self, name):
        return getattr(self.inner, name)


class FindsTheForbidden(NumpyMatcher):
    class Gallery(_Wrapped):
        def search(self, probe, *, among=None, limit=2):
            return self.inner.search(probe, limit=limit)

    def gallery(self):
        return self.Gallery()


class TestFindsTheForbidden(TestSoundMatcher):
    kind_of_matcher = FindsTheForbidden


class KeepsTheRemoved(NumpyMatcher):
    class Gallery(_Wrapped):
        def remove(self, references):
            pass

    def gallery(self):
        return self.Gallery()


class TestKeepsTheRemoved(TestSoundMatcher):
    kind_of_matcher = KeepsTheRemoved


@attrs.frozen
class Described:
    """Settings.

    Attributes:
        url: where it is.
        api_key: what it is asked with.
    """

    url: str = ""
    api_key: str = attrs.field(default="", repr=False)


class Plugin:
    THENAR_API = 1
    settings = Described
    summary = "tells one's friends"

    @thenar.hookimpl
    def thenar_notifiers(self):
        return [
            Provider("acme", make=SimulatedNotifier, settings=self.settings, summary=self.summary)
        ]


class TestSoundPlugin(contracts.PluginContract):
    kind_of_plugin = Plugin

    @pytest.fixture
    def plugin(self):
        return self.kind_of_plugin()


class TestNoSummary(TestSoundPlugin):
    class kind_of_plugin(Plugin):  # noqa: N801
        summary = ""
        settings = NoSettings


class TestShowsSecrets(TestSoundPlugin):
    class kind_of_plugin(Plugin):  # noqa: N801
        settings = attrs.make_class("Shown", {"api_key": attrs.field(type=str, default="")})


class TestIsTooNew(TestSoundPlugin):
    class kind_of_plugin(Plugin):  # noqa: N801
        THENAR_API = 2
