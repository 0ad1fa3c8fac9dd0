"""Stripe's own shapes: the fixtures of its public OpenAPI description (MIT licence).

``shapes/stripe.json`` holds five of them as Stripe publishes them. They tell what a
peer that is not Stripe may have wrong: names, nulls, currencies in lower case.
"""

import json
from pathlib import Path

import pytest

from thenar.errors import PaymentUnknown
from thenar.records import Money, PaymentState
from thenar_payment.stripe import books

SHAPES = json.loads((Path(__file__).parent / "shapes" / "stripe.json").read_text("utf-8"))


class Pages:
    """Answers lists in pages, as the description says they are, and a search."""

    def __init__(self, found=(), **lists):
        self.lists = lists
        self.found = list(found)
        self.asked = []

    def get(self, path, query=None):
        self.asked.append((path, query))
        if path.endswith("/search"):
            return {"object": "search_result", "data": self.found, "has_more": False}
        things = self.lists.get(path.rsplit("/", 1)[-1], [])
        ids = [thing["id"] for thing in things]
        start = ids.index(query["starting_after"]) + 1 if "starting_after" in query else 0
        page = things[start : start + int(query["limit"])]
        return {"object": "list", "data": page, "has_more": start + len(page) < len(things)}


def intent(**changes):
    return {**SHAPES["payment_intent"], **changes}


def refund(amount, **changes):
    return {**SHAPES["refund"], "amount": amount, **changes}


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"status": "succeeded", "amount_received": 1099}, PaymentState.CAPTURED),
        ({"status": "requires_capture"}, PaymentState.AUTHORISED),
        ({"status": "canceled"}, PaymentState.DECLINED),
        ({"status": "canceled", "metadata": {"thenar_cancel": "k"}}, PaymentState.CANCELLED),
        ({"status": "requires_payment_method"}, PaymentState.DECLINED),
        ({"status": "requires_payment_method", "last_payment_error": None}, PaymentState.DECLINED),
    ],
)
def test_every_final_status_has_its_receipt(changes, state):
    receipt = books.receipt(Pages(), intent(**changes), "k")
    assert (receipt.state, receipt.amount) == (state, Money(1099, "USD"))
    assert receipt.payment == SHAPES["payment_intent"]["id"]


@pytest.mark.parametrize(
    "status", ["processing", "requires_confirmation", "requires_action", "new"]
)
def test_every_other_status_is_unknown(status):
    with pytest.raises(PaymentUnknown, match=status):
        books.receipt(Pages(), intent(status=status), "k")


def test_refunds_are_added_up_without_failed_ones_and_the_rest_of_a_capture():
    refunds = [
        refund(100, metadata={"thenar_refund": "a"}, id="re_1"),
        refund(50, status="failed", id="re_2"),
        refund(399, id="re_3"),
        refund(30, id="re_4"),
    ]
    part = intent(status="succeeded", amount_received=700)
    assert books.receipt(Pages(refunds=refunds), part, "k").refunded == Money(130, "USD")


@pytest.mark.parametrize(
    ("amount", "units"),
    [(Money(1099, "EUR"), "1099"), (Money(500, "JPY"), "500"), (Money(1500, "ISK"), "150000")],
)
def test_currencies_in_stripes_units(amount, units):
    assert books.to_stripe(amount) == units
    assert books.from_stripe(int(units), amount.currency.lower()) == amount


def test_a_key_is_looked_for_in_the_newest_pages_and_then_in_the_index():
    many = [intent(id=f"pi_{number}", metadata={}) for number in range(250)]
    many[120]["metadata"] = {"thenar_capture": "there"}
    pages = Pages(payment_intents=many)
    assert books.intent_with(pages, "there", 5)["id"] == "pi_120"
    assert books.intent_with(pages, "nowhere", 3) is None
    assert all(not path.endswith("search") for path, _ in pages.asked)

    old = intent(id="pi_old", metadata={"thenar_charge": "o'ld"})
    pages = Pages(found=[old], payment_intents=many)
    assert books.intent_with(pages, "o'ld", 2)["id"] == "pi_old"
    assert r"metadata['thenar_charge']:'o\'ld'" in pages.asked[-1][1]["query"]


def test_too_many_refunds_to_look_through_are_not_taken_for_none():
    many = [refund(1, id=f"re_{number}", created=2_000_000_000_000) for number in range(5001)]
    with pytest.raises(PaymentUnknown, match="more refunds"):
        books.refund_with(Pages(refunds=many), "nowhere")
    many[150]["created"] = 1
    assert books.refund_with(Pages(refunds=many), "nowhere") is None
