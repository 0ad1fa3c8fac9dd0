"""What devices ask."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Response

from thenar.cloud import (
    administration,
    enrolment,
    forgetting,
    identification,
    linking,
    loyalty,
    passages,
    payment,
)
from thenar.cloud.access import From, Key, RequestId, To
from thenar.cloud.openapi import PROBLEMS
from thenar.cloud.standing import report as keep_report
from thenar.errors import AccessRefused
from thenar.messages import (
    Activated,
    Activation,
    Capture,
    Charge,
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
    PassageRecord,
    PassageRecorded,
    Payment,
    Purpose,
    Refund,
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
    return _told(payment.refund(to, caller, of, asked, key, request_id), reply)


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
