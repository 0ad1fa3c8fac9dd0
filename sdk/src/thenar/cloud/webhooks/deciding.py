"""Asking a tenant's own program whether a recognised person may, before they are told so.

The question is ``{"userId", "action", "idempotencyKey", "mode"}``, the answer
``{"isVerified", "message", "error"}``; the terminal shows the message. No answer
in time, or one that cannot be understood, is a no.
"""

from __future__ import annotations

import json
import time
from enum import StrEnum
from typing import Annotated

import attrs
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from thenar.cloud.service import Service
from thenar.cloud.tables import WebhookRow, identifier
from thenar.cloud.webhooks.posting import Posted, PostFailed, post
from thenar.cloud.webhooks.registering import decider, secret_of
from thenar.cloud.webhooks.signatures import signed
from thenar.parameters import INTEGRATION

_SHORTEST = 0.2
"""Seconds below which another try is not worth it."""


class Mode(StrEnum):
    """What the terminal is doing."""

    ENROLLMENT = "ENROLLMENT"
    ACCESS = "ACCESS"
    PAYMENT = "PAYMENT"


class Answer(BaseModel):
    """What the tenant's program answers; other fields are ignored."""

    model_config = ConfigDict(extra="ignore", strict=True, populate_by_name=True)
    isVerified: bool  # noqa: N815
    message: Annotated[
        str | None, StringConstraints(max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")
    ] = None
    error: Annotated[str | None, StringConstraints(max_length=1000)] = None


@attrs.frozen
class Verdict:
    """Whether somebody may.

    Attributes:
        allow: only then is an assertion made.
        message: for the terminal's screen; may be empty.
        reason: for the log: ``decided``, or why there is no decision.
    """

    allow: bool
    message: str = ""
    reason: str = "decided"


def ask(service: Service, tenant: str, subject: str, action: str, mode: Mode) -> Verdict:
    """Ask, if the tenant wants to be asked; at most twice within the deadline.

    Args:
        service: has the webhooks.
        tenant: whose person it is.
        subject: the person.
        action: the purpose of the presentation, or ``"enrol"``.
        mode: what the terminal is doing.
    """
    with service.store.reading() as session:
        webhook = decider(session, tenant)
    if webhook is None:
        return Verdict(allow=True)
    question = {
        "userId": subject,
        "action": action,
        "idempotencyKey": identifier(),
        "mode": mode.value,
    }
    return _insist(service, webhook, question)


def _insist(service: Service, webhook: WebhookRow, question: dict[str, str]) -> Verdict:
    """A failure is tried once more under the same idempotency key, while there is time."""
    until = time.monotonic() + INTEGRATION.decision_seconds
    body, reason = json.dumps(question).encode("utf-8"), "no answer"
    for _ in range(2):
        left = until - time.monotonic()
        if left < _SHORTEST:
            break
        headers = signed(
            secret_of(service, webhook), question["idempotencyKey"], service.clock(), body
        )
        try:
            private = service.settings.webhooks_to_private
            posted = post(webhook.url, body, headers, seconds=left, private=private)
        except PostFailed as failure:
            reason = str(failure)
            continue
        if posted.status < 500:
            return _verdict(posted)
        reason = str(posted.status)
    return Verdict(allow=False, reason=reason)


def _verdict(posted: Posted) -> Verdict:
    if posted.status != 200:
        return Verdict(allow=False, reason=str(posted.status))
    try:
        answer = Answer.model_validate_json(posted.content)
    except ValidationError:
        return Verdict(allow=False, reason="not understood")
    return Verdict(allow=answer.isVerified and not answer.error, message=answer.message or "")
