"""Where phones ask for the newest pass: Apple's web service for passes, as a WSGI application.

Source: developer.apple.com/documentation/walletpasses ("Adding a Web Service to Update Passes").
A phone registers a pass that was added, asks which of its passes have changed since it last
asked, fetches those, and unregisters what was removed. It asks when it is told to (see
:data:`Push`), and when somebody pulls the pass down to refresh it.
"""

from __future__ import annotations

import hmac
import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from email.utils import formatdate, parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, unquote

import attrs

from thenar.errors import LoyaltyError
from thenar.protocols import LoyaltyProgram
from thenar.records import LoyaltyAccount
from thenar_payment.passes.apple import TYPE, AppleSettings, apple_pass, serial_of, token_of
from thenar_payment.passes.book import Issued, PassBook, Registration

log = logging.getLogger("thenar_payment.passes")

Push = Callable[[str], bool]
"""Tells a phone, by its push token, that a pass has changed: an empty notification through
Apple's push service with the pass type's certificate. False: the token is good no more."""

_LONGEST = 100_000
"""Bytes of a request; phones send some hundred."""
_LOGGED = 300
_REGISTRATION = re.compile(r"/v1/devices/([^/]{1,200})/registrations/([^/]+)(?:/([^/]+))?")
_PASS = re.compile(r"/v1/passes/([^/]+)/([^/]+)")


@attrs.frozen
class _Answer:
    status: HTTPStatus
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


class PassUpdates:
    """Issues passes and keeps them up to date.

    Args:
        settings: who signs them; with ``web_service`` and ``token_key``.
        programme: says what a member has.
        book: of the passes that were issued.
    """

    def __init__(self, settings: AppleSettings, programme: LoyaltyProgram, book: PassBook) -> None:
        self._settings = settings
        self._programme = programme
        self._book = book

    def issue(self, account: LoyaltyAccount) -> bytes:
        """A member's pass, to be added to a phone; from then on it is kept up to date."""
        self._book.keep(serial_of(account), account)
        return apple_pass(self._settings, account)

    def tell(self, push: Push) -> int:
        """Look every registered member up, and tell the phones whose pass has changed.

        Call it every few minutes, or when points were booked. A phone that could not be told
        is told the next time.

        Returns:
            How many phones were told.
        """
        for issued in self._book.registered():
            self._refreshed(issued)
        told = 0
        for registration in self._book.to_tell():
            try:
                is_there = push(registration.push_token)
            except Exception as error:  # noqa: BLE001 -- another program's
                log.warning("a phone was not told", extra={"error": type(error).__name__})
                continue
            if is_there:
                self._book.told(registration)
                told += 1
            else:
                self._book.unregister(registration.device, registration.serial)
        return told

    def __call__(
        self, environ: Mapping[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        answer = self._answered(environ)
        headers = [*answer.headers, ("Content-Length", str(len(answer.body)))]
        start_response(f"{answer.status.value} {answer.status.phrase}", headers)
        return [answer.body]

    def _answered(self, environ: Mapping[str, Any]) -> _Answer:
        method, path = str(environ["REQUEST_METHOD"]), str(environ.get("PATH_INFO", ""))
        if (asked := _REGISTRATION.fullmatch(path)) is not None:
            device, kind, serial = (unquote(part) if part else "" for part in asked.groups())
            if kind != self._settings.pass_type:
                return _Answer(HTTPStatus.NOT_FOUND)
            if not serial and method == "GET":
                return self._changed(device, str(environ.get("QUERY_STRING", "")))
            if serial and method in ("POST", "DELETE"):
                return self._registration(environ, method, device, serial)
        elif (asked := _PASS.fullmatch(path)) is not None:
            if method == "GET" and asked[1] == self._settings.pass_type:
                return self._newest(environ, asked[2])
            return _Answer(HTTPStatus.NOT_FOUND)
        elif path == "/v1/log" and method == "POST":
            return _logged(_body(environ))
        else:
            return _Answer(HTTPStatus.NOT_FOUND)
        return _Answer(HTTPStatus.METHOD_NOT_ALLOWED)

    def _registration(
        self, environ: Mapping[str, Any], method: str, device: str, serial: str
    ) -> _Answer:
        if self._authorised(environ, serial) is None:
            return _Answer(HTTPStatus.UNAUTHORIZED)
        if method == "DELETE":
            self._book.unregister(device, serial)
            return _Answer(HTTPStatus.OK)
        token = (_body(environ) or {}).get("pushToken")
        if not isinstance(token, str) or not 0 < len(token) <= _LOGGED:
            return _Answer(HTTPStatus.BAD_REQUEST)
        is_new = self._book.register(Registration(device, serial, token))
        return _Answer(HTTPStatus.CREATED if is_new else HTTPStatus.OK)

    def _changed(self, device: str, query: str) -> _Answer:
        """Serial numbers of a phone's passes that changed since the tag it names."""
        since = parse_qs(query).get("passesUpdatedSince", ["0"])[0]
        if not re.fullmatch(r"[0-9]{1,18}", since):
            return _Answer(HTTPStatus.BAD_REQUEST)
        for issued in self._book.of_device(device):
            self._refreshed(issued)
        changed = [one for one in self._book.of_device(device) if one.tag > int(since)]
        if not changed:
            return _Answer(HTTPStatus.NO_CONTENT)
        told = {
            "serialNumbers": [one.serial for one in changed],
            "lastUpdated": str(changed[-1].tag),
        }
        return _json(told)

    def _newest(self, environ: Mapping[str, Any], serial: str) -> _Answer:
        """The pass as it is now, unless the phone has it already."""
        if (issued := self._authorised(environ, serial)) is None:
            return _Answer(HTTPStatus.UNAUTHORIZED)
        issued = self._refreshed(issued)
        headers = (("Last-Modified", formatdate(issued.modified, usegmt=True)),)
        if issued.modified <= _since(str(environ.get("HTTP_IF_MODIFIED_SINCE", ""))):
            return _Answer(HTTPStatus.NOT_MODIFIED, headers=headers)
        made = apple_pass(self._settings, issued.account)
        return _Answer(HTTPStatus.OK, made, (*headers, ("Content-Type", TYPE)))

    def _authorised(self, environ: Mapping[str, Any], serial: str) -> Issued | None:
        """The pass, where the phone has its token."""
        given = str(environ.get("HTTP_AUTHORIZATION", "")).encode("utf-8", "replace")
        wanted = f"ApplePass {token_of(self._settings, serial)}".encode()
        return self._book.find(serial) if hmac.compare_digest(given, wanted) else None

    def _refreshed(self, issued: Issued) -> Issued:
        """A pass as its member stands now; as it was where the programme does not answer."""
        try:
            now = self._programme.look_up(issued.account.member)
        except LoyaltyError as error:
            log.warning("a pass is not renewed", extra={"error": error.code})
            return issued
        return self._book.keep(issued.serial, now)


def _body(environ: Mapping[str, Any]) -> dict[str, Any] | None:
    """A JSON object; None where there is none."""
    length = str(environ.get("CONTENT_LENGTH") or "0")
    if not length.isdigit() or int(length) > _LONGEST:
        return None
    try:
        told = json.loads(environ["wsgi.input"].read(int(length)))
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _logged(told: dict[str, Any] | None) -> _Answer:
    """What a phone complains of; it may say anything, so that only a little is written."""
    lines = (told or {}).get("logs")
    for line in lines[:5] if isinstance(lines, list) else ():
        log.info("a phone says %r", str(line)[:_LOGGED])
    return _Answer(HTTPStatus.OK)


def _json(told: Mapping[str, object]) -> _Answer:
    body = json.dumps(told).encode("utf-8")
    return _Answer(HTTPStatus.OK, body, (("Content-Type", "application/json"),))


def _since(date: str) -> float:
    """Seconds since the epoch of an HTTP date; 0 where it is none."""
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return 0.0
