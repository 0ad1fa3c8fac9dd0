"""Errors as problem documents (RFC 9457): the HTTP status of each kind of error."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from thenar import errors
from thenar.messages import Problem

_STATUS: tuple[tuple[type[errors.ThenarError], int], ...] = (
    (errors.AccessRefused, 401),
    (errors.ScopeMissing, 403),
    (errors.RateLimited, 429),
    (errors.RequestConflict, 409),
    (errors.UnknownObject, 404),
    (errors.DuplicatePalm, 409),
    (errors.EnrolmentError, 422),
    (errors.EnvelopeReplayed, 409),
    (errors.EnvelopeWrongTenant, 403),
    (errors.EnvelopeUnknownDevice, 403),
    (errors.SealError, 400),
    (errors.KeyUnavailable, 409),
    (errors.InvalidRecord, 422),
    (errors.SignatureError, 422),
    (errors.LoyaltyError, 502),
    (errors.PaymentDeclined, 402),
    (errors.PaymentError, 502),
    (errors.NotifierError, 502),
    (errors.PluginDeadline, 504),
    (errors.PluginError, 502),
)
"""The first that fits; everything else is 500."""


def status_of(error: errors.ThenarError) -> int:
    """The HTTP status of an error."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def of_error(error: errors.ThenarError, request_id: str) -> Problem:
    """An error of Thenar's."""
    return Problem(
        type=f"urn:thenar:problem:{error.code}",
        title=re.sub(r"(?<!^)(?=[A-Z])", " ", type(error).__name__).capitalize(),
        status=status_of(error),
        detail=error.message,
        code=error.code,
        remedy=error.remedy,
        request_id=request_id,
    )


def of_status(status: int, code: str, detail: str, request_id: str, remedy: str = "") -> Problem:
    """Something that HTTP itself refuses."""
    return Problem(
        type=f"urn:thenar:problem:{code}",
        title=code.replace("-", " ").capitalize(),
        status=status,
        detail=detail,
        code=code,
        remedy=remedy,
        request_id=request_id,
    )


def answer(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The reply."""
    more = {"www-authenticate": "Bearer"} if problem.status == 401 else {}
    return JSONResponse(
        problem.model_dump(),
        problem.status,
        headers={**more, **(headers or {})},
        media_type="application/problem+json",
    )


async def on_error(request: Request, error: Exception) -> JSONResponse:
    """Handler of ThenarError."""
    if not isinstance(error, errors.ThenarError):
        raise error
    return refuse(error, request.state.request_id)


def refuse(error: errors.ThenarError, request_id: str) -> JSONResponse:
    """The reply that an error of Thenar's is."""
    headers = {}
    if isinstance(error, errors.RateLimited):
        headers["retry-after"] = str(math.ceil(error.retry_after))
    return answer(of_error(error, request_id), headers)


async def on_invalid(request: Request, error: Exception) -> JSONResponse:
    """Handler of requests that are not of their message; never repeats what was sent."""
    if not isinstance(error, RequestValidationError):
        raise error
    faults = "; ".join(
        f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
        for fault in error.errors()
    )
    return answer(of_status(422, "invalid-request", faults, request.state.request_id))


def of_http(error: HTTPException, request_id: str) -> Problem:
    """What HTTP itself refuses."""
    names = {404: "not-found", 405: "method-not-allowed", 413: "too-large", 503: "not-ready"}
    code = names.get(error.status_code, "http-error")
    return of_status(error.status_code, code, str(error.detail), request_id)


async def on_http(request: Request, error: Exception) -> JSONResponse:
    """Handler of unknown paths and methods."""
    if not isinstance(error, HTTPException):
        raise error
    headers = dict(error.headers or {})
    if error.status_code == 405 and (methods := _methods(request)):
        headers = {"allow": ", ".join(sorted(methods))}
    return answer(of_http(error, request.state.request_id), headers)


def _methods(request: Request) -> set[str]:
    """Every method of a path of the API; the route that refused knows but its own."""
    paths = request.app.openapi()["paths"]
    here = request.url.path
    named = [here] if here in paths else [p for p in paths if compile_path(p)[0].match(here)]
    return {method.upper() for path in named for method in paths[path]}
