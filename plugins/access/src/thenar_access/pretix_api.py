"""The few calls of pretix's REST API that a gate needs.

Source: https://docs.pretix.eu/dev/api/resources/checkin.html and
.../resources/reusablemedia.html.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx

from thenar.errors import DoorError
from thenar_access.limits import ANSWER_SECONDS, CONNECT_SECONDS


class PretixApi:
    """One organizer at one pretix.

    Args:
        url: of the server, e.g. ``"https://pretix.example"``.
        organizer: its slug.
        token: API token of a device, from *Devices* in pretix.
    """

    def __init__(self, url: str, organizer: str, token: str) -> None:
        self._http = httpx.Client(
            base_url=f"{url.rstrip('/')}/api/v1/organizers/{organizer}/",
            headers={"Authorization": f"Device {token}"},
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
        )

    def post(self, path: str, body: Mapping[str, object]) -> tuple[int, dict[str, Any]]:
        """Status and answer of a call; a refusal in bare words is under ``errors``.

        Raises:
            NotSent: no connection: the request did not arrive.
            DoorError: no answer, or not pretix's: the request may have been carried out.
        """
        return self._call("POST", path, json=body)

    def patch(self, path: str, body: Mapping[str, object]) -> tuple[int, dict[str, Any]]:
        """As :meth:`post`."""
        return self._call("PATCH", path, json=body)

    def pages(self, path: str, **query: str | Sequence[int]) -> Iterator[dict[str, Any]]:
        """Every result of a list. Raises DoorError."""
        for _, result in self.generated(path, **query):
            yield result

    def generated(
        self, path: str, **query: str | Sequence[int]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every result of a list, each with when pretix made its page. Raises DoorError."""
        page = 1
        while True:
            answer = self._send("GET", path, params={**query, "page": page})
            body = _object(answer)
            if answer.status_code != httpx.codes.OK:
                raise DoorError(f"pretix: expected a list, got status {answer.status_code}.")
            for result in body["results"]:
                yield answer.headers.get("X-Page-Generated", ""), result
            if not body["next"]:
                return
            page += 1

    def _call(self, method: str, path: str, **what: Any) -> tuple[int, dict[str, Any]]:
        answer = self._send(method, path, **what)
        return answer.status_code, _object(answer)

    def _send(self, method: str, path: str, **what: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **what)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise NotSent(f"pretix: no connection ({type(error).__name__}).") from None
        except httpx.HTTPError as error:
            raise DoorError(f"pretix: no answer ({type(error).__name__}).") from None
        if answer.is_server_error or answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise DoorError(f"pretix: no answer (status {answer.status_code}).")
        return answer

    def close(self) -> None:
        """Close connections; closing twice is allowed."""
        self._http.close()


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        body = None
    if isinstance(body, list) and answer.is_client_error:
        return {"errors": body}
    if not isinstance(body, dict):
        raise DoorError("pretix: expected a JSON object, got something else.")
    return body


class NotSent(DoorError):
    """No connection: nothing can have happened at the other end."""
