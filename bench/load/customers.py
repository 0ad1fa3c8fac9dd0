"""People at devices: they are identified, pay, and enrol, and ask again when no answer comes."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from uuid import uuid4

import attrs

from thenar.client import DeviceClient, DeviceIdentity
from thenar.errors import CloudRefused, CloudUnreachable
from thenar.messages import Consent, Purpose
from thenar.records import Hand, Link, LinkKind, Money, PalmCrop
from thenar.synthetic import Person, palm_crop

EVERYTHING = Consent(text="terms 1 en", purposes=tuple(Purpose))
_PAYS_EVERY, _STRANGER_EVERY = 4, 10


@attrs.frozen(eq=False)
class Customer:
    """Somebody with a palm: captures to enrol with, and one of another visit."""

    seed: int
    enrolling: tuple[PalmCrop, ...]
    visiting: tuple[PalmCrop, ...]

    @classmethod
    def of(cls, seed: int) -> Customer:
        palm = Person(seed).palm(Hand.RIGHT)
        first = tuple(palm_crop(palm, number) for number in range(2))
        return cls(seed, first, (palm_crop(palm, 10),))


@attrs.define(eq=False)
class Seen:
    """What happened; times are of the monotonic clock, in seconds."""

    identified: list[tuple[float, float]] = attrs.field(factory=list)
    errors: list[tuple[float, str]] = attrs.field(factory=list)
    unreachable: list[float] = attrs.field(factory=list)
    wrong: int = 0
    missed: int = 0
    strangers: int = 0
    paid: dict[str, str] = attrs.field(factory=dict)
    asked_to_pay: list[str] = attrs.field(factory=list)
    enrolled: dict[str, str] = attrs.field(factory=dict)
    asked_to_enrol: list[str] = attrs.field(factory=list)


def enrol(device: DeviceClient, customer: Customer, token: str, key: str) -> str:
    """Their subject."""
    link = Link(LinkKind.PAYMENT, "simulated", token, "visa •••• 4242")
    captures = {Hand.RIGHT: customer.enrolling}
    done = device.enrol(captures, consent=EVERYTHING, links=[link], idempotency_key=key)
    return done.subject


class Queue(threading.Thread):
    """One device and its customers, one after the other, until told to stop."""

    def __init__(
        self,
        url: str,
        identity: DeviceIdentity,
        known: dict[str, Customer],
        strangers: Sequence[Customer],
        stop: threading.Event,
    ) -> None:
        super().__init__(daemon=True)
        self.seen = Seen()
        self._device = DeviceClient(url, identity, timeout=15)
        self._known, self._strangers, self._stop_ = list(known.items()), strangers, stop

    def run(self) -> None:
        with self._device:
            self._until_stopped()

    def _until_stopped(self) -> None:
        turn = 0
        while not self._stop_.is_set():
            turn += 1
            if turn % _STRANGER_EVERY == 0 and self._strangers:
                stranger = self._strangers[turn // _STRANGER_EVERY % len(self._strangers)]
                self._identify(None, stranger)
                continue
            subject, customer = self._known[turn % len(self._known)]
            assertion = self._identify(subject, customer)
            if assertion and turn % _PAYS_EVERY == 0:
                self._pay(assertion)

    def _identify(self, expected: str | None, customer: Customer) -> str | None:
        began = time.monotonic()
        try:
            answer = self._device.identify(customer.visiting, purpose=Purpose.PAY)
        except CloudUnreachable:
            self.seen.unreachable.append(began)
            return None
        except CloudRefused as refused:
            self.seen.errors.append((began, refused.problem))
            return None
        self.seen.identified.append((began, time.monotonic() - began))
        self.seen.strangers += expected is None
        self.seen.missed += answer.subject is None and expected is not None
        self.seen.wrong += answer.subject not in (None, expected)
        return answer.assertion

    def _pay(self, assertion: str) -> None:
        key = uuid4().hex
        self.seen.asked_to_pay.append(key)
        while True:
            try:
                done = self._device.pay(assertion, Money(100, "EUR"), idempotency_key=key)
            except CloudUnreachable:
                self.seen.unreachable.append(time.monotonic())
            except CloudRefused as refused:
                self.seen.errors.append((time.monotonic(), refused.problem))
                return
            else:
                self.seen.paid[key] = done.payment
                return


class Enrolling(threading.Thread):
    """One device at which people enrol."""

    def __init__(
        self, url: str, identity: DeviceIdentity, people: Sequence[Customer], stop: threading.Event
    ) -> None:
        super().__init__(daemon=True)
        self.seen = Seen()
        self._device = DeviceClient(url, identity, timeout=15)
        self._people, self._stop_ = people, stop

    def run(self) -> None:
        with self._device:
            self._until_stopped()

    def _until_stopped(self) -> None:
        for customer in self._people:
            key = uuid4().hex
            self.seen.asked_to_enrol.append(key)
            while not self._stop_.is_set():
                try:
                    self.seen.enrolled[key] = enrol(self._device, customer, "none yet", key)
                    break
                except CloudUnreachable:
                    self.seen.unreachable.append(time.monotonic())
                except CloudRefused as refused:
                    self.seen.errors.append((time.monotonic(), f"enrolment {refused.problem}"))
                    break
            self._stop_.wait(1.0)
