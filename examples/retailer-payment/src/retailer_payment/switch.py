"""The switch, as an HTTP client sees it: JSON, a key in a header, requests told apart by key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import httpx


@attrs.frozen
class SwitchSettings:
    """The tables ``[payment.harbour]`` and ``[loyalty.harbour-club]``.

    Attributes:
        url: of the switch.
        api_key: that the branch was given.
        seconds: after which an answer is given up.
    """

    url: str
    api_key: str = attrs.field(repr=False)
    seconds: float = attrs.field(default=10.0, validator=attrs.validators.gt(0))


class NoAnswer(Exception):
    """The switch did not answer, or not as agreed: nobody knows what it did."""


@attrs.frozen
class Refusal(Exception):
    """The switch said no.

    Attributes:
        status: HTTP status: 402 declined, 404 unknown, 409 contradicts an earlier request.
        code: the switch's own word.
    """

    status: int
    code: str


class Switch:
    """One connection pool to the switch; safe to use from several threads."""

    def __init__(self, settings: SwitchSettings) -> None:
        self._http = httpx.Client(
            base_url=settings.url,
            headers={"Authorization": f"Bearer {settings.api_key}"},
            timeout=settings.seconds,
        )

    def ask(
        self, method: str, path: str, body: Mapping[str, object] | None = None, *, key: str = ""
    ) -> dict[str, Any]:
        """One request.

        Args:
            method: of HTTP.
            path: on the switch; each part already quoted.
            body: sent as JSON.
            key: the idempotency key of a change.

        Raises:
            NoAnswer: no answer in time, or none that can be understood.
            Refusal: the switch said no.
        """
        headers = {"Idempotency-Key": key.encode("utf-8").hex()} if key else {}
        failed: Exception
        try:
            reply = self._http.request(method, path, json=body, headers=headers)
            answer = reply.json()
        except (httpx.HTTPError, ValueError) as error:
            failed = error
        else:
            if reply.is_success and isinstance(answer, dict):
                return answer
            if 400 <= reply.status_code < 500 and isinstance(answer, dict):
                raise Refusal(reply.status_code, str(answer.get("code", "no reason")))
            failed = ValueError(f"status {reply.status_code}")
        # Raised out here: what went wrong may hold the request, and that a card number.
        raise NoAnswer(type(failed).__name__)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
