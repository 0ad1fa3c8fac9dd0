"""The service's OpenAPI 3.1 document: what FastAPI knows, and what every reply has besides."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from thenar import __version__
from thenar.messages import Problem

_PROBLEM = "application/problem+json"
_WHY = {
    400: "the envelope, or another part of the request, is not of its form",
    401: "no credential, or a wrong one",
    402: "the payment was declined before the processor was asked",
    403: "the credential does not allow this",
    404: "no such object of this tenant",
    409: "against an earlier request, or the present state",
    413: "the body is too large",
    422: "a field is not what it must be",
    429: "too many requests",
    500: "the service failed",
    502: "a plugin, or what is behind it, failed",
    503: "the service cannot answer now",
    504: "a plugin took too long",
}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": why.capitalize()} for status, why in _WHY.items()
}
"""For routers: every way in which a request may be refused."""

_DESCRIPTION = """
Devices sign their requests; the administrator and programs of tenants send a key. Every reply
has `X-Request-Id`; an error is a problem document (RFC 9457). A write takes an
`Idempotency-Key`: repeated with the same key, it happens once. Lists come in pages: send `next`
as `cursor` until it is null.
"""
_REQUEST_ID = {
    "X-Request-Id": {
        "description": "the request's identifier, that errors and logs repeat",
        "schema": {"type": "string"},
    }
}
_RETRY_AFTER = {
    "Retry-After": {
        "description": "seconds until another request has a chance",
        "schema": {"type": "integer", "minimum": 1},
        "required": True,
    }
}


def document(app: FastAPI) -> dict[str, Any]:
    """The document of an application, made once."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=__version__,
            openapi_version="3.1.0",
            description=_DESCRIPTION.strip(),
            routes=app.routes,
            tags=[
                {"name": "service", "description": "For anybody."},
                {"name": "administration", "description": "For the administrator's key."},
                {"name": "integration", "description": "For API keys of tenants."},
                {"name": "devices", "description": "For activated devices."},
            ],
        )
        for operation in (one for path in made["paths"].values() for one in path.values()):
            for status, reply in operation["responses"].items():
                reply["headers"] = _REQUEST_ID | (_RETRY_AFTER if status == "429" else {})
                content = reply.get("content", {})
                if int(status) >= 400 and "application/json" in content:
                    content[_PROBLEM] = content.pop("application/json")
        app.openapi_schema = made
    return app.openapi_schema
