"""Signing in and out and choosing a language, the same for customers and for staff."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.background import BackgroundTask

from thenar.cloud.access import To
from thenar.cloud.service import Service
from thenar.cloud.web import codes, oidc
from thenar.cloud.web.forms import TenantPart, Text
from thenar.cloud.web.part import Part
from thenar.cloud.web.rendering import LANGUAGE_COOKIE
from thenar.cloud.web.sessions import over_tls
from thenar.errors import AccessRefused
from thenar.parameters import SERVICE
from thenar.records import Message

_A_YEAR = 365 * 24 * 3600
_KEPT = "thenar_sign_in"
_ICON = Path(__file__).parent / "static" / "icon.svg"


def first_page(part: Part, service: Service, request: Request, tenant: str) -> HTMLResponse:
    """Asks for a contact, or offers the provider."""
    provider = service.settings.oidc_name if service.settings.oidc_issuer else ""
    return part.page(service, request, tenant, "address.html", provider=provider)


def entering(part: Part) -> APIRouter:
    """The routes of a part that let people in and out."""
    routes = part.router()

    @routes.get("/icon.svg")
    def icon() -> Response:
        """What a browser shows beside the title."""
        return Response(_ICON.read_bytes(), media_type="image/svg+xml")

    @routes.get("/{tenant}/language/{language}")
    def language(tenant: TenantPart, language: str) -> Response:
        """Remember a language."""
        reply = RedirectResponse(f"/{part.name}/{tenant}/", 303)
        if language in part.pages.languages:
            reply.set_cookie(
                LANGUAGE_COOKIE, language, max_age=_A_YEAR, httponly=True, samesite="lax"
            )
        return reply

    @routes.post("/{tenant}/code")
    def code(request: Request, to: To, tenant: TenantPart, contact: Text) -> Response:
        """Send a code, and ask for it; says the same to everybody."""
        index = part.index(to, tenant, contact)
        made = codes.new_code(to, tenant, index, lambda session: part.known(session, tenant, index))
        reply = part.page(to, request, tenant, "code.html", contact=contact, wrong=False)
        if made is not None:
            message = _message(part, request, contact, made)
            reply.background = BackgroundTask(codes.send, to, message)
        return reply

    @routes.post("/{tenant}/session")
    def session(
        request: Request, to: To, tenant: TenantPart, contact: Text, code: Text
    ) -> Response:
        """Exchange the code for a session."""
        index = part.index(to, tenant, contact)
        try:
            codes.use(to, tenant, index, code)
            _refuse_unknown(part, to, tenant, index)
        except AccessRefused:
            return part.page(to, request, tenant, "code.html", 401, contact=contact, wrong=True)
        reply = RedirectResponse(f"/{part.name}/{tenant}/", 303)
        part.sessions.begin(to, request, reply, tenant, index)
        return reply

    @routes.get("/{tenant}/provider")
    def provider(to: To, tenant: TenantPart) -> Response:
        """Send the browser to the sign-in provider."""
        begun = oidc.begin(to, _back(part, to, tenant))
        reply = RedirectResponse(begun.url, 303)
        reply.set_cookie(
            _KEPT,
            begun.kept,
            max_age=int(SERVICE.code_life),
            path=f"/{part.name}/{tenant}/provider",
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
        address = oidc.finish(to, _back(part, to, tenant), kept, answer)
        index = part.index(to, tenant, address)
        _refuse_unknown(part, to, tenant, index)
        reply = part.page(to, request, tenant, "welcome.html")
        part.sessions.begin(to, request, reply, tenant, index)
        reply.delete_cookie(_KEPT, path=f"/{part.name}/{tenant}/provider", secure=over_tls(to))
        return reply

    @routes.post("/{tenant}/sign-out", dependencies=[Depends(part.confirmed)])
    def leave(request: Request, to: To, tenant: TenantPart) -> Response:
        """End the session."""
        reply = RedirectResponse(f"/{part.name}/{tenant}/", 303)
        part.sessions.end(to, request, reply, tenant)
        return reply

    return routes


def _message(part: Part, request: Request, contact: str, code: str) -> Message:
    tongue = part.pages.tongue(request)
    body = tongue.say(
        "{code} is your code. It is good for {minutes} minutes. Tell it to nobody.",
        code=code,
        minutes=int(SERVICE.code_life // 60),
    )
    return Message(address=contact.strip(), subject=tongue.say("Your sign-in code"), body=body)


def _refuse_unknown(part: Part, service: Service, tenant: str, index: str) -> None:
    with service.store.reading() as session:
        if not index or not part.known(session, tenant, index):
            raise AccessRefused("Nobody is enrolled with this contact.")


def _back(part: Part, service: Service, tenant: str) -> str:
    return f"{service.settings.base_url}/{part.name}/{tenant}/provider/back"
