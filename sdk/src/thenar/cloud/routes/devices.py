"""What devices ask."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Response

from thenar.cloud import (
    administration,
    age,
    cards,
    enrolment,
    forgetting,
    identification,
    linking,
    loyalty,
    passages,
    payment,
    refunding,
)
from thenar.cloud.access import From, Id, Key, RequestId, To
from thenar.cloud.checkout import beginning, telling
from thenar.cloud.openapi import PROBLEMS
from thenar.cloud.standing import report as keep_report
from thenar.errors import AccessRefused
from thenar.messages import (
    Activated,
    Activation,
    AgeCheck,
    AgeChecked,
    Bill,
    Capture,
    Charge,
    Checkout,
    CheckoutState,
    DefaultCard,
    DeviceReport,
    DeviceReported,
    Enrolled,
    Enrolment,
    Forgotten,
    Identified,
    Identifying,
    Linking,
    LinkView,
    Loyalty,
    LoyaltyStanding,
    NewCheckout,
    NewTab,
    OwnPayments,
    PassageAnnulment,
    PassageRecord,
    PassageRecorded,
    Payment,
    Purpose,
    Refund,
    Refundable,
)
from thenar.records import PaymentState

router = APIRouter(prefix="/v1", tags=["devices"], responses=PROBLEMS)
PaymentId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


@router.post("/devices/activate", status_code=201)
def activate(to: To, asked: Activation, request_id: RequestId) -> Activated:
    """Activate a device with its one-time code."""
    return administration.activate(to, asked, request_id=request_id)


@router.put("/devices/standing")
def report(to: To, caller: From, told: DeviceReport, request_id: RequestId) -> DeviceReported:
    """What a device says of itself, about once a minute."""
    keep_report(to, caller, told)
    return DeviceReported(request_id=request_id)


@router.post("/enrolments", status_code=201)
def enrol(to: To, caller: From, asked: Enrolment, key: Key, request_id: RequestId) -> Enrolled:
    """Enrol one or both palms."""
    return enrolment.enrol(to, caller, asked, key, request_id)


@router.post("/identifications")
def identify(to: To, caller: From, asked: Identifying, request_id: RequestId) -> Identified:
    """Whose palm is this?"""
    return identification.identify(to, caller, asked, request_id)


@router.post("/payments", status_code=201)
def charge(
    to: To, caller: From, asked: Charge, key: Key, request_id: RequestId, reply: Response
) -> Payment:
    """Charge the recognised person; 202 while the outcome is unknown."""
    return _told(payment.charge(to, caller, asked, key, request_id), reply)


@router.get("/payments/{of}")
def standing(to: To, caller: From, of: PaymentId, request_id: RequestId) -> Payment:
    """A payment as it stands."""
    return payment.standing(to, caller, of, request_id)


@router.post("/payments/{of}/capture")
def capture(
    to: To,
    caller: From,
    of: PaymentId,
    asked: Capture,
    key: Key,
    request_id: RequestId,
    reply: Response,
) -> Payment:
    """Capture up to what was authorised."""
    return _told(payment.capture(to, caller, of, asked, key, request_id), reply)


@router.post("/payments/{of}/cancel")
def cancel(
    to: To, caller: From, of: PaymentId, key: Key, request_id: RequestId, reply: Response
) -> Payment:
    """Give up an authorisation."""
    return _told(payment.cancel(to, caller, of, key, request_id), reply)


@router.post("/payments/{of}/refund")
def refund(
    to: To,
    caller: From,
    of: PaymentId,
    asked: Refund,
    key: Key,
    request_id: RequestId,
    reply: Response,
) -> Payment:
    """Give back up to what was captured."""
    return _told(refunding.refund(to, caller, of, asked, key, request_id), reply)


@router.post("/refundable-payments")
def refundable(to: To, caller: From, asked: OwnPayments, request_id: RequestId) -> Refundable:
    """What the recognised person paid and may be given back, newest first."""
    return refunding.own(to, caller, asked.assertion, request_id)


@router.post("/checkouts", status_code=201)
def check_out(
    to: To, caller: From, asked: NewCheckout, key: Key, request_id: RequestId, reply: Response
) -> Checkout:
    """Pay for a basket: authorise, spend points, capture, earn; 202 while it is under way."""
    return _told_of(beginning.check_out(to, caller, asked, key, request_id), reply)


@router.get("/checkouts/{of}")
def checkout_standing(to: To, caller: From, of: Id, request_id: RequestId) -> Checkout:
    """A checkout or tab as it stands."""
    return telling.standing(to, caller, of, request_id)


@router.post("/tabs", status_code=201)
def open_tab(
    to: To, caller: From, asked: NewTab, key: Key, request_id: RequestId, reply: Response
) -> Checkout:
    """Hold money for somebody who goes in; 202 while it is not known whether it is held."""
    return _told_of(beginning.open_tab(to, caller, asked, key, request_id), reply)


@router.post("/tabs/{of}/settle")
def settle_tab(
    to: To,
    caller: From,
    of: Id,
    asked: Bill,
    key: Key,
    request_id: RequestId,
    reply: Response,
) -> Checkout:
    """Pay for what somebody took along, of what is held."""
    return _told_of(beginning.settle_tab(to, caller, of, asked, key, request_id), reply)


@router.post("/tabs/{of}/leave")
def leave_tab(to: To, caller: From, of: Id, request_id: RequestId, reply: Response) -> Checkout:
    """Release what is held: nothing was taken. May be repeated."""
    return _told_of(beginning.leave_tab(to, caller, of, request_id), reply)


@router.post("/age-checks")
def check_age(to: To, caller: From, asked: AgeCheck, request_id: RequestId) -> AgeChecked:
    """Whether the recognised person is old enough: yes or no."""
    return age.check(to, caller, asked, request_id)


@router.put("/cards/default")
def prefer_card(to: To, caller: From, asked: DefaultCard, request_id: RequestId) -> LinkView:
    """Make a card the one that is charged where none is named."""
    return cards.prefer(to, caller, asked, request_id)


@router.post("/loyalty")
def present_loyalty(
    to: To, caller: From, asked: Loyalty, key: Key, request_id: RequestId
) -> LoyaltyStanding:
    """Look up, accrue or redeem."""
    return loyalty.act(to, caller, asked, key, request_id)


@router.post("/passages", status_code=201)
def record_passage(
    to: To, caller: From, asked: PassageRecord, key: Key, request_id: RequestId
) -> PassageRecorded:
    """Record what a door decided."""
    return passages.record(to, caller, asked, key, request_id)


@router.post("/passages/annulments", status_code=201)
def annul_passage(
    to: To, caller: From, asked: PassageAnnulment, request_id: RequestId
) -> PassageRecorded:
    """Record that somebody who was let in did not go through; they are where they were."""
    return passages.annul(to, caller, asked, request_id)


@router.post("/links", status_code=201)
def link(to: To, caller: From, asked: Linking, key: Key, request_id: RequestId) -> LinkView:
    """Tie something more to a palm."""
    return linking.link(to, caller, asked, key, request_id)


@router.delete("/people/{subject}")
def forget(
    to: To,
    caller: From,
    subject: Annotated[str, Path(pattern=r"^[a-z2-7]{26}$")],
    thenar_assertion: Annotated[str, Header(min_length=20, max_length=4000)],
    request_id: RequestId,
    reply: Response,
) -> Forgotten:
    """Forget the recognised person; 202 while payments are open."""
    assertion = to.assertions.check(
        thenar_assertion,
        tenant=caller.tenant,
        device=caller.device,
        purposes=(Purpose.FORGET,),
        now=to.clock(),
    )
    if assertion.subject != subject:
        raise AccessRefused("The assertion is about another person.")
    told = forgetting.forget(to, caller.tenant, subject, actor=caller.actor, request_id=request_id)
    reply.status_code = 202 if told.state == "closing" else 200
    return told


def _told(told: Payment, reply: Response) -> Payment:
    if told.state is PaymentState.UNKNOWN or told.pending:
        reply.status_code = 202
    return told


def _told_of(told: Checkout, reply: Response) -> Checkout:
    if told.state is CheckoutState.UNDER_WAY or told.payment.state is PaymentState.UNKNOWN:
        reply.status_code = 202
    return told
