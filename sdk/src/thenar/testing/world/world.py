"""What people do in the simulated world, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator

from thenar.device.enrol import enrol
from thenar.device.forget import forget
from thenar.device.loyalty import present_loyalty
from thenar.device.passage import badge, enter
from thenar.device.pay import pay
from thenar.messages import Consent, LoyaltyAction, Purpose
from thenar.records import Decision, Hand, Link, LinkKind, Money
from thenar.testing.world.outcome import Outcome, Result, outcome_of
from thenar.testing.world.people import Person, Shows
from thenar.testing.world.stage import GATE, OFFICE, Stage

CONSENT = Consent(text="simulation 1 en", purposes=tuple(Purpose))


class World(Stage):
    """A stage, and what people do on it. Each of its flows is the terminal's own.

    Opened with the arguments of :class:`Stage`.
    """

    def enrol(self, name: str) -> Outcome:
        """Somebody enrols, with everything that they carry."""
        person = self.people.setdefault(name, Person())
        if person.test_card is not None:
            self.card_reader.insert(person.test_card)
        self.show(name, *person.palms, enrolling=True)

        def flow() -> Outcome:
            enrolled = enrol(
                self.terminal,
                hands=person.palms,
                consent=CONSENT,
                card=bool(person.card),
                links=list(self._links(person)),
                contact=f"{name.lower()}@example.org",
            )
            self.subjects[name] = enrolled.subject
            count = len(enrolled.palms)
            linked = ", ".join(sorted(link.kind for link in enrolled.links)) or "nothing"
            return Outcome(Result.ENROLLED, f"{count} palm{'s' * (count > 1)}, linked: {linked}")

        return outcome_of(flow)

    def _links(self, person: Person) -> Iterator[Link]:
        if person.ticket:
            yield Link(LinkKind.TICKET, self.terminal.door(GATE).provider, person.ticket)
        if person.badge:
            yield Link(LinkKind.BADGE, self.terminal.door(OFFICE).provider, person.badge)
        if person.member:
            yield Link(LinkKind.LOYALTY, self.programme, person.member)

    def pay(
        self, name: str, amount: Money, *, hand: Hand = Hand.RIGHT, what: Shows = Shows.PALM
    ) -> Outcome:
        """Somebody pays."""
        self.show(name, hand, what=what)

        def flow() -> Outcome:
            payment = pay(self.terminal, amount)
            if payment is None:
                return Outcome(Result.NOT_RECOGNISED)
            return Outcome(Result(payment.state.value), payment.reason or str(amount))

        return outcome_of(flow)

    def present_loyalty(
        self, name: str, points: int = 0, *, hand: Hand = Hand.RIGHT, what: Shows = Shows.PALM
    ) -> Outcome:
        """Somebody shows their membership, and earns points, or spends them where negative."""
        self.show(name, hand, what=what)
        action = LoyaltyAction.ACCRUE if points > 0 else LoyaltyAction.REDEEM
        asked = action if points else LoyaltyAction.LOOK_UP

        def flow() -> Outcome:
            standing = present_loyalty(self.terminal, asked, points=abs(points))
            if standing is None:
                return Outcome(Result.NOT_RECOGNISED)
            return Outcome(Result.MEMBER, f"{standing.points} points")

        return outcome_of(flow)

    def enter(self, name: str, *, hand: Hand = Hand.RIGHT, what: Shows = Shows.PALM) -> Outcome:
        """Somebody goes to the gate."""
        self.show(name, hand, what=what)
        return outcome_of(lambda: _passed(enter(self.terminal, GATE)))

    def badge(self, name: str, *, hand: Hand = Hand.RIGHT, what: Shows = Shows.PALM) -> Outcome:
        """Somebody goes to the office door."""
        self.show(name, hand, what=what)
        return outcome_of(lambda: _passed(badge(self.terminal, OFFICE)))

    def forget(self, name: str, *, hand: Hand = Hand.RIGHT, what: Shows = Shows.PALM) -> Outcome:
        """Somebody deletes their palm."""
        self.show(name, hand, what=what)

        def flow() -> Outcome:
            forgotten = forget(self.terminal)
            if forgotten is None:
                return Outcome(Result.NOT_RECOGNISED)
            done = forgotten.state == "forgotten"
            return Outcome(Result.FORGOTTEN if done else Result.PENDING)

        return outcome_of(flow)


def _passed(decision: Decision) -> Outcome:
    return Outcome(Result.LET_IN if decision.allow else Result.KEPT_OUT, decision.reason)
