"""The outermost layer: request ids, limits, security headers, one log line a request.

The log has the route's pattern and never the path itself, which may name a
person; no query, no body, no address.
"""

from __future__ import annotations

import logging
import re
import time
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from thenar.cloud import problems, standing
from thenar.cloud.metrics import Metrics
from thenar.cloud.rates import Rates
from thenar.errors import RateLimited
from thenar.parameters import SERVICE

log = logging.getLogger("thenar.cloud.requests")
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}")
_REFUSED = (401, 403)
_HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}


class Edge:
    """ASGI middleware around everything.

    Args:
        app: the application.
        refusals: what an address may be refused before it is not heard for a while.
        metrics: where requests are counted.
        limit: bytes that a body may have.
    """

    def __init__(
        self, app: ASGIApp, refusals: Rates, metrics: Metrics, limit: int = SERVICE.body_limit
    ) -> None:
        self._app = app
        self._refusals = refusals
        self._metrics = metrics
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = _request_id(headers.get("x-request-id", ""))
        scope.setdefault("state", {})["request_id"] = request_id
        address = (scope.get("client") or ("unknown",))[0]
        started, status = time.perf_counter(), 500
        self._metrics.began()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if status in _REFUSED:
                    self._refusals.charge(address)
                out = MutableHeaders(scope=message)
                out["x-request-id"] = request_id
                for name, value in _HEADERS.items():
                    out.setdefault(name, value)
            await send(message)

        try:
            self._refusals.check(address)
            await self._limited(scope, receive, sending, headers)
        except RateLimited as error:
            await problems.refuse(error, request_id)(scope, receive, sending)
        except HTTPException as error:
            problem = problems.of_http(error, request_id)
            await problems.answer(problem)(scope, receive, sending)
        except Exception as error:
            log.exception("request failed", extra={"request": request_id})
            problem = problems.of_status(
                500, "internal", f"Unexpected {type(error).__name__}.", request_id
            )
            await problems.answer(problem)(scope, receive, sending)
        finally:
            standing.note_request(scope, status)
            seconds = time.perf_counter() - started
            route = getattr(scope.get("route"), "path", "")
            self._metrics.answered(scope["method"], route, status, seconds)
            log.info(
                "request",
                extra={
                    "method": scope["method"],
                    "route": route,
                    "status": status,
                    "milliseconds": round(1000 * seconds, 1),
                    "request": request_id,
                },
            )

    async def _limited(self, scope: Scope, receive: Receive, send: Send, headers: Headers) -> None:
        announced = headers.get("content-length", "0")
        too_large = HTTPException(413, f"At most {self._limit} bytes are read.")
        if not announced.isdigit() or int(announced) > self._limit:
            raise too_large
        read = 0

        async def receiving() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._limit:
                raise too_large
            return message

        await self._app(scope, receiving, send)


def _request_id(given: str) -> str:
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
