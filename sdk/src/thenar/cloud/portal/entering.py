"""Signing in and out."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.background import BackgroundTask

from thenar.cloud.access import To
from thenar.cloud.portal import sign_in
from thenar.cloud.portal.here import PAGES, SESSIONS, Confirmed, page, router
from thenar.cloud.service import Service
from thenar.cloud.web import codes, oidc
from thenar.cloud.web.forms import TenantPart, Text
from thenar.cloud.web.sessions import over_tls
from thenar.errors import AccessRefused
from thenar.parameters import SERVICE

routes = router()
_KEPT = "thenar_sign_in"


@routes.post("/{tenant}/code")
def code(request: Request, to: To, tenant: TenantPart, contact: Text) -> Response:
    """Send a code, and ask for it; says the same to everybody."""
    message = sign_in.new_code(to, tenant, contact, PAGES.tongue(request))
    reply = page(to, request, tenant, "code.html", contact=contact, wrong=False)
    if message is not None:
        reply.background = BackgroundTask(codes.send, to, message)
    return reply


@routes.post("/{tenant}/session")
def session(request: Request, to: To, tenant: TenantPart, contact: Text, code: Text) -> Response:
    """Exchange the code for a session."""
    try:
        index = sign_in.with_code(to, tenant, contact, code)
    except AccessRefused:
        return page(to, request, tenant, "code.html", 401, contact=contact, wrong=True)
    reply = RedirectResponse(f"/portal/{tenant}/", 303)
    SESSIONS.begin(to, request, reply, tenant, index)
    return reply


@routes.get("/{tenant}/provider")
def provider(to: To, tenant: TenantPart) -> Response:
    """Send the browser to the sign-in provider."""
    begun = oidc.begin(to, _back(to, tenant))
    reply = RedirectResponse(begun.url, 303)
    reply.set_cookie(
        _KEPT,
        begun.kept,
        max_age=int(SERVICE.code_life),
        path=f"/portal/{tenant}/provider",
        httponly=True,
        samesite="lax",
        secure=over_tls(to),
    )
    return reply


@routes.get("/{tenant}/provider/back")
def back(request: Request, to: To, tenant: TenantPart) -> Response:
    """The browser comes back from the provider.

    The page goes on by itself: a redirect would still count as coming from the
    provider, and the session's cookie is not sent with that.
    """
    kept, answer = request.cookies.get(_KEPT, ""), dict(request.query_params)
    address = oidc.finish(to, _back(to, tenant), kept, answer)
    index = sign_in.with_address(to, tenant, address)
    reply = page(to, request, tenant, "welcome.html")
    SESSIONS.begin(to, request, reply, tenant, index)
    reply.delete_cookie(_KEPT, path=f"/portal/{tenant}/provider", secure=over_tls(to))
    return reply


@routes.post("/{tenant}/sign-out")
def leave(request: Request, to: To, tenant: TenantPart, _: Confirmed) -> Response:
    """End the session."""
    reply = RedirectResponse(f"/portal/{tenant}/", 303)
    SESSIONS.end(to, request, reply, tenant)
    return reply


def _back(service: Service, tenant: str) -> str:
    return f"{service.settings.base_url}/portal/{tenant}/provider/back"
