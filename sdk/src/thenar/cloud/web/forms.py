"""Forms: only from our own pages, only with the session's token; errors as pages, for people."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Form, Request
from fastapi import Path as PathPart
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute

from thenar.cloud import problems
from thenar.cloud.web.rendering import Pages
from thenar.errors import AccessRefused, ThenarError

TenantPart = Annotated[str, PathPart(pattern=r"^[0-9a-f]{32}$")]
Text = Annotated[str, Form(max_length=200)]


def from_here(request: Request) -> None:
    """Refuse forms that another site sends (CSRF). Raises AccessRefused."""
    if request.method in ("GET", "HEAD"):
        return
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if site not in ("same-origin", "none") or foreign:
        raise AccessRefused("The form came from another site.")


def check_token(given: str, wanted: str) -> None:
    """Refuse a form whose token is not the session's. Raises AccessRefused."""
    if not hmac.compare_digest(given.encode("utf-8"), wanted.encode("utf-8")):
        raise AccessRefused("The form is out of date.", remedy="go back and load the page anew.")


def pages_route(pages: Pages) -> type[APIRoute]:
    """Routes whose errors are pages.

    Args:
        pages: has ``error.html``.
    """

    class _Route(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            answer = super().get_route_handler()

            async def answered(request: Request) -> Response:
                try:
                    return await answer(request)
                except ThenarError as error:
                    told = problems.of_error(error, request.state.request_id)
                except RequestValidationError:
                    detail = "Something in the form or the address is missing or wrong."
                    told = problems.of_status(
                        422, "invalid-request", detail, request.state.request_id
                    )
                root = "/".join(request.scope["path"].split("/")[:3]) + "/"
                shown = {"told": told, "root": root, "tenant_name": ""}
                return pages.render(request, "error.html", told.status, **shown)

            return answered

    return _Route
