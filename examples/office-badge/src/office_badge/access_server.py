"""The company's access server, as an HTTP client sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import httpx


@attrs.frozen
class ServerSettings:
    """The table ``[directory.lighthouse]``.

    Attributes:
        url: of the access server.
        token: that facility management issued for this reader.
        seconds: after which an answer is given up.
    """

    url: str
    token: str = attrs.field(repr=False)
    seconds: float = attrs.field(default=2.0, validator=attrs.validators.gt(0))


class NoAnswer(Exception):
    """The access server did not answer, or not as agreed."""


class AccessServer:
    """One connection pool to the access server.

    Badge numbers travel in bodies: addresses are logged.
    """

    def __init__(self, url: str, token: str, seconds: float) -> None:
        self._http = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=seconds
        )

    def ask(self, path: str, body: Mapping[str, object]) -> Mapping[str, Any]:
        """One question. Raises NoAnswer: none in time, or none that can be understood."""
        failed: Exception
        try:
            reply = self._http.post(path, json=body)
            reply.raise_for_status()
            answer = reply.json()
        except (
            httpx.HTTPError,
            ValueError,
            RuntimeError,
        ) as error:  # RuntimeError: closed meanwhile
            failed = error
        else:
            if isinstance(answer, dict):
                return answer
            failed = TypeError("not an object")
        # Raised out here: what went wrong holds the request, and that a badge number.
        raise NoAnswer(type(failed).__name__)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
