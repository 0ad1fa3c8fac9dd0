"""The few calls of pretix's REST API that a loyalty programme needs.

Source: https://docs.pretix.eu/dev/api/resources/giftcards.html, .../customers.html,
.../memberships.html and .../fundamentals.html (idempotency).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx

from thenar.errors import LoyaltyError
from thenar_payment.pretix.settings import PretixLoyaltySettings

Json = dict[str, Any]
BUSY = frozenset({429, 500, 503})
"""Statuses after which pretix forgets the idempotency key, so that the call can be repeated
(``pretix/api/views/idempotency.py``); its database may be locked by another till's change."""


class PretixApi:
    """One organizer at one pretix; safe to use from several threads."""

    def __init__(self, settings: PretixLoyaltySettings) -> None:
        self._http = httpx.Client(
            base_url=f"{settings.url.rstrip('/')}/api/v1/organizers/{settings.organizer}/",
            headers={"Authorization": f"Token {settings.token}"},
            timeout=settings.seconds,
        )

    def get(self, path: str) -> Json | None:
        """One object; None where there is none. Raises LoyaltyError: no answer."""
        status, answer = self._call("GET", path)
        if status == httpx.codes.NOT_FOUND:
            return None
        if status != httpx.codes.OK:
            raise LoyaltyError(f"pretix: expected an object, got status {status}.")
        return answer

    def every(self, path: str, **query: str) -> Iterator[Json]:
        """Every result of a list. Raises LoyaltyError: no answer."""
        page = 1
        while True:
            status, answer = self._call("GET", path, params={**query, "page": str(page)})
            if status != httpx.codes.OK:
                raise LoyaltyError(f"pretix: expected a list, got status {status}.")
            yield from answer["results"]
            if not answer.get("next"):
                return
            page += 1

    def post(self, path: str, body: Json, *, key: str) -> tuple[int, Json]:
        """Status and answer of a change, made once per key. Raises LoyaltyError: no answer.

        A status of :data:`BUSY` says that nothing was changed and the key may be used again.
        """
        return self._call("POST", path, BUSY, json=body, headers={"X-Idempotency-Key": key})

    def close(self) -> None:
        """Close the connections; closing twice is allowed."""
        self._http.close()

    def _call(
        self, method: str, path: str, busy: frozenset[int] = frozenset(), **what: Any
    ) -> tuple[int, Json]:
        try:
            answer = self._http.request(method, path, **what)
        except httpx.HTTPError as error:
            raise LoyaltyError(f"pretix: no answer ({type(error).__name__}).") from None
        if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise LoyaltyError(
                "pretix does not accept the token.",
                remedy="see token; its team needs customers and gift cards.",
            )
        if answer.status_code in busy:
            return answer.status_code, {}
        if answer.is_server_error or answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise LoyaltyError(f"pretix: no answer (status {answer.status_code}).")
        if answer.status_code == httpx.codes.NOT_FOUND:
            return answer.status_code, {}
        try:
            body = answer.json()
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise LoyaltyError("pretix: expected a JSON object, got something else.")
        return answer.status_code, body
