"""A palm pays, presents loyalty, enters and badges in."""

from __future__ import annotations

from thenar.demo.steps import Step, hold
from thenar.demo.world import World
from thenar.device.loyalty import present_loyalty
from thenar.device.passage import badge, enter
from thenar.device.pay import pay
from thenar.messages import LoyaltyAction
from thenar.records import Hand, Money, PaymentState


def ada_pays(world: World) -> str:
    """The processor's own books must agree."""
    return _pays(world, Money(1240, "EUR"), number=1, hand=Hand.RIGHT)


def ben_pays_with_his_left(world: World) -> str:
    """Either of two palms will do."""
    return _pays(world, Money(450, "EUR"), number=2, hand=Hand.LEFT)


def _pays(world: World, amount: Money, *, number: int, hand: Hand) -> str:
    before = world.processor.captured("EUR")
    world.show(world.person(number).palm(hand))
    payment = pay(world.terminal, amount)
    if payment is None or payment.state is not PaymentState.CAPTURED:
        hold(claim=False, expected=f"a captured payment, got {payment and payment.state}")
        return ""
    hold(payment.amount.money() == amount, f"{amount} on the receipt")
    moved = world.processor.captured("EUR") - before
    hold(moved == amount, f"the processor to have moved {amount}, got {moved}")
    return ", ".join(filter(None, (f"{amount} captured once", payment.label)))


def cleo_is_declined(world: World) -> str:
    """A decline moves no money."""
    before = world.processor.captured("EUR")
    world.show(world.person(3).palm(Hand.LEFT))
    payment = pay(world.terminal, Money(900, "EUR"))
    hold(payment is not None, "Cleo to be recognised")
    state = payment.state if payment else None
    hold(state is PaymentState.DECLINED, f"a declined payment, got {state}")
    hold(world.processor.captured("EUR") == before, "no money to have moved")
    return payment.reason if payment else ""


def ada_earns_points(world: World) -> str:
    """The programme's own books must agree."""
    world.show(world.person(1).palm(Hand.RIGHT))
    standing = present_loyalty(world.terminal, LoyaltyAction.ACCRUE, points=12)
    hold(standing is not None, "Ada to be recognised")
    points = standing.points if standing else 0
    hold(points == 112, f"112 points, got {points}")
    hold(world.loyalty.look_up("M-1001").points == 112, "112 points at the programme")
    return f"{points} points"


def ben_enters(world: World) -> str:
    """The gate opens once for his ticket."""
    world.show(world.person(2).palm(Hand.RIGHT))
    decision = enter(world.terminal, "north")
    hold(decision.allow, f"Ben to be let in, got: {decision.reason}")
    hold(len(world.gate.openings) == 1, "the gate to have opened once")
    return decision.reason


def ben_badges_in(world: World) -> str:
    """The office door opens for his badge."""
    world.show(world.person(2).palm(Hand.LEFT))
    decision = badge(world.terminal, "office")
    hold(decision.allow, f"Ben to be let in, got: {decision.reason}")
    hold(len(world.office.openings) == 1, "the door to have opened once")
    return decision.reason


STEPS = (
    Step("Ada pays", ada_pays),
    Step("Ben pays with his left palm", ben_pays_with_his_left, synthetic=True),
    Step("Cleo's payment is declined", cleo_is_declined, synthetic=True),
    Step("Ada presents her loyalty and earns points", ada_earns_points),
    Step("Ben enters the stadium with his ticket", ben_enters, synthetic=True),
    Step("Ben badges in at the office", ben_badges_in, synthetic=True),
)
