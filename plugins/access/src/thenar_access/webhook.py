"""Doors whose own server decides: it is asked over HTTP, signed, once for each passage.

Signed after Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 over the
message's identifier, its time and its body. The identifier is the request's, so that a server
which is asked twice answers twice the same.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import attrs
import httpx

from thenar.errors import DoorError, InvalidRecord
from thenar.records import Decision, OfflinePolicy, Passage
from thenar_access.book import Book
from thenar_access.door import ComposedDoor
from thenar_access.doubts import Doubts
from thenar_access.limits import ANSWER_SECONDS, CONNECT_SECONDS
from thenar_access.opens import Opens

_LONGEST_REASON = 120


def _is_secret(_: object, attribute: attrs.Attribute[str], value: str) -> None:
    try:
        right = len(base64.b64decode(value.removeprefix("whsec_"), validate=True)) >= 24
    except (binascii.Error, ValueError):
        right = False
    if not right:
        raise InvalidRecord(f"{attribute.name}: expected 'whsec_' and 24 bytes or more in base64.")


def _is_safe(_: object, attribute: attrs.Attribute[str], value: str) -> None:
    parts = urlsplit(value)
    try:
        is_here = parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
    except ValueError:
        is_here = False
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and is_here)):
        raise InvalidRecord(f"{attribute.name}: expected an https address, or http on loopback.")


@attrs.frozen
class WebhookSettings:
    """The table ``[doors.NAME]`` of a door whose server decides.

    Attributes:
        url: asked by POST.
        secret: shared with the server, ``whsec_`` and base64 of 24 bytes or more.
        opens: what opens.
        offline: the site's fire policy, for when the server does not answer.
        book: what is written down, and what evacuates it.
    """

    url: str = attrs.field(validator=_is_safe)
    opens: Opens
    secret: str = attrs.field(repr=False, validator=_is_secret)
    offline: OfflinePolicy = OfflinePolicy.FAIL_CLOSED
    book: Book = attrs.field(factory=Book)


class Server:
    """The authority for passages: the site's own server."""

    def __init__(self, settings: WebhookSettings) -> None:
        self._url = settings.url
        self._key = base64.b64decode(settings.secret.removeprefix("whsec_"))
        self._http = httpx.Client(
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS), follow_redirects=False
        )
        self._doubts = Doubts(self._take_back)

    def ask(self, passage: Passage) -> Decision:
        """Ask. Raises DoorError: no answer, or none that can be understood."""
        self._doubts.drop(passage.request_id)
        try:
            answer = self._post(
                passage.request_id,
                "door.asked",
                door=passage.door,
                subject=passage.subject,
                credential=passage.credential,
                time=passage.time,
            )
            return _decision(answer)
        except DoorError:
            self._doubts.add(passage.request_id)
            raise

    def withdraw(self, request_id: str, why: str) -> None:
        """Tell that nobody passed. Raises DoorError: no answer; told again later."""
        try:
            self._take_back(request_id, why)
        except DoorError:
            self._doubts.add(request_id)
            raise

    def stands(self, request_id: str) -> None:
        """Somebody passed by the offline policy."""
        self._doubts.drop(request_id)

    def close(self) -> None:
        """Close connections; closing twice is allowed."""
        self._doubts.close()
        self._http.close()

    def _take_back(self, request_id: str, why: str) -> bool:
        answer = self._post(f"{request_id}.withdrawn", "door.withdrawn", asked=request_id, why=why)
        return answer.is_success

    def _post(self, identifier: str, kind: str, **data: object) -> httpx.Response:
        now = time.time()
        body = json.dumps({"type": kind, "timestamp": now, "data": data}).encode("utf-8")
        signed = f"{identifier}.{int(now)}.".encode() + body
        signature = base64.b64encode(hmac.digest(self._key, signed, hashlib.sha256)).decode()
        headers = {
            "content-type": "application/json",
            "webhook-id": identifier,
            "webhook-timestamp": str(int(now)),
            "webhook-signature": f"v1,{signature}",
        }
        try:
            answer = self._http.post(self._url, content=body, headers=headers)
        except (httpx.HTTPError, ValueError) as error:
            raise DoorError(f"webhook: no answer ({type(error).__name__}).") from None
        if answer.is_success:
            return answer
        raise DoorError(f"webhook: no answer (status {answer.status_code}).")


def _decision(answer: httpx.Response) -> Decision:
    """``{"allow": true or false, "reason": "in words"}``. Raises DoorError: anything else."""
    try:
        said: Any = answer.json()
    except ValueError:
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("allow"), bool):
        raise DoorError("webhook: expected an answer with allow, true or false.")
    reason = "".join(one if one.isprintable() else " " for one in str(said.get("reason") or ""))
    word = "allows" if said["allow"] else "does not allow"
    return Decision(
        allow=said["allow"],
        reason=reason.strip()[:_LONGEST_REASON] or f"the site's server {word} it",
    )


def webhook_door(settings: WebhookSettings) -> ComposedDoor:
    """A door whose own server decides."""
    return ComposedDoor(Server(settings), settings.opens.make, settings.offline, settings.book)
