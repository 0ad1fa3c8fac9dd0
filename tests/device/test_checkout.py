"""Checkout, tab, refund and age check at a terminal, with the real service behind it."""

import pytest

from thenar.device.age import check_age
from thenar.device.checkout import check_out, open_tab
from thenar.device.display import Stage
from thenar.device.enrol import enrol
from thenar.device.give_back import give_back
from thenar.errors import PaymentDeclined, PaymentUnknown
from thenar.messages import Basket, CheckoutState, Consent, Line, Purpose
from thenar.parameters import DEVICE
from thenar.records import Link, LinkKind, Money, PaymentState
from thenar.testing.simulated import VISA, Fault
from thenar.testing.world import World

LUNCH = Basket(currency="EUR", lines=(Line(name="Soup", each=750),))
BEER = Basket(currency="EUR", lines=(Line(name="Beer", each=450, age=21),))


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with World(tmp_path_factory.mktemp("world")) as world:
        world.loyalty.join("M-1", points=500)
        world.card_reader.insert(VISA)
        world.show("Ada", enrolling=True)
        consent = Consent(text="terms 1 en", purposes=tuple(Purpose))
        links = [Link(LinkKind.LOYALTY, "simulated", "M-1"), Link(LinkKind.AGE, "desk", "18+")]
        enrol(world.terminal, consent=consent, links=links)
        yield world


@pytest.fixture
def terminal(world):
    world.show("Ada")
    return world.terminal


def shown(terminal):
    on_screen = terminal.display.shown
    return on_screen.stage, on_screen.title, on_screen.detail


def test_a_basket_is_paid_with_tip_and_points(world, terminal):
    before = world.processor.captured("EUR")
    done = check_out(terminal, LUNCH, tip=50, redeem=100)
    assert (done.state, done.total.money()) == (CheckoutState.PAID, Money(700, "EUR"))
    assert world.processor.captured("EUR") == before + Money(700, "EUR")
    said = (Stage.ACCEPTED, "Paid EUR 7.00", "visa •••• 4242 · 6 points earned")
    assert shown(terminal) == said


def test_a_stranger_pays_nothing(world):
    world.show("Bob")
    assert check_out(world.terminal, LUNCH) is None
    assert shown(world.terminal)[0] is Stage.REFUSED


def test_a_tab_is_opened_by_palm_and_settled_without_it(world, terminal):
    tab = open_tab(terminal, Money(5000, "EUR"))
    assert tab.payment.state is PaymentState.AUTHORISED
    assert shown(terminal) == (Stage.ACCEPTED, "Welcome", "visa •••• 4242")
    done = terminal.cloud.settle_tab(tab.checkout, LUNCH, idempotency_key="settle 1")
    assert (done.state, done.total.minor) == (CheckoutState.PAID, 750)


def test_money_goes_back_to_the_palm(world, terminal):
    paid = check_out(terminal, LUNCH)
    world.show("Ada")
    back = give_back(terminal, Money(750, "EUR"))
    assert (back.payment, back.state) == (paid.payment.payment, PaymentState.REFUNDED)
    assert shown(terminal)[:2] == (Stage.ACCEPTED, "Refunded EUR 7.50")
    world.show("Ada")
    assert give_back(terminal, Money(100_000, "EUR")) is None
    assert shown(terminal)[:2] == (Stage.REFUSED, "Nothing to refund")


def test_old_enough_is_yes_or_no(world, terminal):
    assert check_age(terminal, 18) is True
    assert shown(terminal)[:2] == (Stage.ACCEPTED, "Yes")
    world.show("Ada")
    assert check_age(terminal, 21) is False
    assert shown(terminal)[:2] == (Stage.REFUSED, "No")


def test_who_is_too_young_pays_nothing(world, terminal):
    before = world.processor.captured("EUR")
    with pytest.raises(PaymentDeclined, match="21 years"):
        check_out(terminal, BEER)
    assert shown(terminal)[:2] == (Stage.REFUSED, "Declined")
    assert world.processor.captured("EUR") == before


def test_a_service_that_falls_silent_is_not_asked_for_another_payment(world, terminal):
    before = world.processor.captured("EUR")
    recognised, lost = None, [Fault.LOST_REPLY] * DEVICE.attempts
    world.network.faults.plan("cloud", recognised, *lost)
    with pytest.raises(PaymentUnknown) as unknown:
        check_out(terminal, LUNCH)
    assert unknown.value.request_id
    assert shown(terminal)[1:] == ("Not known yet", "Please do not pay again")
    assert world.processor.captured("EUR") == before + Money(750, "EUR")
