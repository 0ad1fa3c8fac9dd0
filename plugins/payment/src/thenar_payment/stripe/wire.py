"""Requests to Stripe: one version, paced, and repeated only where nothing can happen twice."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Mapping
from typing import Any, NoReturn, cast

import httpx

from thenar.errors import PaymentDeclined, PaymentError, PaymentUnknown
from thenar_payment.stripe.settings import API_VERSION, StripeSettings

Json = dict[str, Any]

_NEVER_CARRIED_OUT = (409, 429)
"""The key is in use by a request under way; too many requests."""
_PATIENCE = 5.0
"""Seconds after which no further attempt begins: the last one still ends before the host's 30."""
_FIRST_WAIT = 0.2
_LONGEST_WAIT = 2.0


class Wire:
    """A connection to Stripe; safe to use from several threads.

    A request that changes something is sent again only where it surely was not
    carried out: no connection came about, or Stripe said that it had no room for it.
    Once it may have arrived, no answer is ``PaymentUnknown``, never a second try.
    """

    def __init__(self, settings: StripeSettings) -> None:
        self._settings = settings
        self._pace = Pace(settings.requests_per_second)
        self._http = httpx.Client(
            base_url=settings.base_url,
            headers={
                "Authorization": f"Bearer {settings.api_key}",
                "Stripe-Version": API_VERSION,
                "Content-Type": "application/x-www-form-urlencoded",
            },
            timeout=httpx.Timeout(settings.read_seconds, connect=settings.connect_seconds),
        )

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Json:
        """Read something. Raises PaymentUnknown: no answer; PaymentError: refused."""
        return self._answer("GET", path, params=query)

    def post(self, path: str, form: Mapping[str, str], *, key: str) -> Json:
        """Change something, once per key.

        Raises:
            PaymentDeclined: the card was.
            PaymentUnknown: it may or may not have been carried out.
            PaymentError: Stripe refused the request.
        """
        body = str(httpx.QueryParams(dict(form))).encode("ascii")
        return self._answer("POST", path, content=body, key=key)

    def post_wiped(self, path: str, body: bytearray, *, key: str) -> Json:
        """As :meth:`post`, with a body that is overwritten whatever happens."""
        try:
            return self._answer("POST", path, content=body, key=key)
        finally:
            body[:] = bytes(len(body))

    def delete(self, path: str) -> None:
        """Remove something; what is not there is no error. Raises as :meth:`post`."""
        response = self._sent("DELETE", path, None, b"", "")
        if response.status_code != httpx.codes.NOT_FOUND:
            _read(response)

    def close(self) -> None:
        """Close the connections; closing twice is allowed."""
        self._http.close()

    def _answer(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        content: bytes | bytearray = b"",
        key: str = "",
    ) -> Json:
        return _read(self._sent(method, path, params, content, key))

    def _sent(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        content: bytes | bytearray,
        key: str,
    ) -> httpx.Response:
        headers = {"Content-Length": str(len(content))} if content else {}
        if key:
            headers["Idempotency-Key"] = key
        asked_back, until = 0.0, time.monotonic() + _PATIENCE
        for attempt in range(self._settings.attempts):
            if attempt:
                time.sleep(max(asked_back, _back_off(attempt)))
                if time.monotonic() > until:
                    break
            self._pace.wait()
            try:
                response = self._http.request(
                    method,
                    path,
                    params=dict(params) if params else None,
                    # in one piece and as it is: the transport copies it to the socket
                    content=cast("list[bytes]", [content]) if content else None,
                    headers=headers,
                )
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
            except httpx.TransportError:
                if method == "GET":
                    continue
                break
            if response.status_code not in _NEVER_CARRIED_OUT:
                return response
            asked_back = _retry_after(response)
        raise PaymentUnknown(
            "Stripe gave no answer.", remedy="the payment is settled by its idempotency key."
        )


class Pace:
    """Lets so many pass a second, evenly, from all threads together."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1.0 / per_second
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Wait for one's turn."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + self._gap
        if turn > now:
            time.sleep(turn - now)


def _read(response: httpx.Response) -> Json:
    """The object that was answered. Raises what an error answer means."""
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise PaymentUnknown(f"Stripe: expected JSON, got status {response.status_code}.")
    if response.is_error:
        _refuse(response.status_code, answer)
    return answer


def _refuse(status: int, answer: Json) -> NoReturn:
    """Raise what an error answer means; Stripe's own words are left out, its codes kept."""
    error = answer.get("error")
    error = error if isinstance(error, dict) else {}
    code = str(error.get("decline_code") or error.get("code") or error.get("type") or status)
    if status == httpx.codes.PAYMENT_REQUIRED or error.get("type") == "card_error":
        raise PaymentDeclined(f"The card was declined: {code}.")
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise PaymentUnknown(f"Stripe answered with status {status}.")
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        raise PaymentError(f"Stripe refused the API key: {code}.", remedy="see api_key.")
    raise PaymentError(f"Stripe refused the request with status {status}: {code}.")


def _back_off(attempt: int) -> float:
    """Doubling, with half of it random so that terminals do not come back in step."""
    wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** (attempt - 1))
    return wait * (0.5 + random.random() / 2)


def _retry_after(response: httpx.Response) -> float:
    """What Stripe asks to wait, at most our longest wait; 0 where it does not say."""
    asked = response.headers.get("Retry-After", "")
    return min(_LONGEST_WAIT, float(asked)) if asked.isdigit() else 0.0
