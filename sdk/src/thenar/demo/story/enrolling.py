"""People enrol at the terminal."""

from __future__ import annotations

from thenar.demo.steps import Step, hold
from thenar.demo.world import BEN, CONSENT, World, both
from thenar.device.enrol import enrol
from thenar.errors import DuplicatePalm
from thenar.messages import Enrolled
from thenar.records import Hand, Link, LinkKind
from thenar.testing.simulated import DECLINED, MASTERCARD, VISA


def enrol_ada(world: World) -> str:
    """One palm, a card and a loyalty number."""
    world.loyalty.join("M-1001", points=100, tier="silver")
    world.hardware.card_reader.insert(VISA)
    world.show(world.person(1).palm(Hand.RIGHT))
    enrolled = enrol(
        world.terminal,
        hands=[Hand.RIGHT],
        consent=CONSENT,
        links=[Link(LinkKind.LOYALTY, "simulated", "M-1001", "points")],
        contact="ada@example.org",
    )
    world.subjects["Ada"] = enrolled.subject
    hold(enrolled.palms == (Hand.RIGHT,), "one palm")
    card = world.hardware.card_reader.handed_out[-1]
    hold(not card.number(), "the card's number to be wiped from memory")
    return _linked(enrolled)


def enrol_ben(world: World) -> str:
    """Both palms, a card, a ticket and a badge."""
    world.gate.sell("T-77")
    world.office.issue("B-42")
    world.hardware.card_reader.insert(MASTERCARD)
    world.show(*both(world.person(2)))
    enrolled = enrol(
        world.terminal,
        hands=[Hand.RIGHT, Hand.LEFT],
        consent=CONSENT,
        links=[
            Link(LinkKind.TICKET, "simulated-gate", "T-77", "tonight's match"),
            Link(LinkKind.BADGE, "simulated-badge", "B-42", "staff"),
        ],
        contact=BEN,
    )
    world.subjects["Ben"] = enrolled.subject
    hold(set(enrolled.palms) == {Hand.RIGHT, Hand.LEFT}, "two palms")
    return _linked(enrolled)


def enrol_cleo(world: World) -> str:
    """One palm, and a card whose charges will be declined."""
    world.hardware.card_reader.insert(DECLINED)
    world.show(world.person(3).palm(Hand.LEFT))
    enrolled = enrol(world.terminal, hands=[Hand.LEFT], consent=CONSENT)
    ready = world.cloud.ready()
    hold(ready.palms == 4, f"four palms in the gallery, got {ready.palms}")
    return f"{_linked(enrolled)}; {ready.palms} palms in the gallery"


def enrol_ada_again(world: World) -> str:
    """A palm cannot be enrolled twice."""
    before = world.cloud.ready().palms
    world.show(world.person(1).palm(Hand.RIGHT))
    try:
        enrol(world.terminal, hands=[Hand.RIGHT], consent=CONSENT, card=False)
    except DuplicatePalm as duplicate:
        hold(world.cloud.ready().palms == before, "the gallery to stay as it was")
        return f"refused: {duplicate.code}"
    hold(claim=False, expected="the second enrolment to be refused")
    return ""


def _linked(enrolled: Enrolled) -> str:
    kinds = ", ".join(sorted(link.kind for link in enrolled.links))
    return f"{len(enrolled.palms)} palm{'s' * (len(enrolled.palms) > 1)}, linked: {kinds}"


STEPS = (
    Step("Ada enrols one palm, with a card and a loyalty number", enrol_ada),
    Step("Ben enrols both palms, with a card, a ticket and a badge", enrol_ben, synthetic=True),
    Step("Cleo enrols with a card that will decline", enrol_cleo, synthetic=True),
    Step("Ada's palm cannot be enrolled twice", enrol_ada_again),
)
