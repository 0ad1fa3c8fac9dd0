"""The portal's pages: rendered here, without a script, in any browser."""

from __future__ import annotations

import hmac
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, Request
from fastapi import Path as PathPart
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.background import BackgroundTask

from thenar.cloud import forgetting, linking
from thenar.cloud.access import RequestId, To
from thenar.cloud.portal import sign_in
from thenar.cloud.portal.account import accounts
from thenar.cloud.portal.sign_in import SignedIn
from thenar.cloud.service import Service
from thenar.cloud.tables import Tenant
from thenar.errors import AccessRefused, UnknownObject

_HERE = Path(__file__).parent
_COOKIE = "thenar_session"
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
}
_pages = Environment(
    loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined
)


def _from_here(request: Request) -> None:
    """Refuse forms that another site sends (CSRF)."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if request.method == "POST" and (site not in ("same-origin", "none") or foreign):
        raise AccessRefused("The form came from another site.")


router = APIRouter(prefix="/portal", include_in_schema=False, dependencies=[Depends(_from_here)])
TenantPart = Annotated[str, PathPart(pattern=r"^[0-9a-f]{32}$")]
Text = Annotated[str, Form(max_length=200)]


def _customer(request: Request, to: To, tenant: TenantPart) -> SignedIn | None:
    return sign_in.session_of(to, tenant, request.cookies.get(_COOKIE, ""))


def _signed_in(who: Annotated[SignedIn | None, Depends(_customer)]) -> SignedIn:
    if who is None:
        raise AccessRefused("Nobody is signed in.", remedy="sign in again.")
    return who


def _confirmed(who: Annotated[SignedIn, Depends(_signed_in)], csrf: Text) -> SignedIn:
    if not hmac.compare_digest(csrf.encode("utf-8"), who.csrf.encode("utf-8")):
        raise AccessRefused("The form is out of date.", remedy="go back and load the page anew.")
    return who


Customer = Annotated[SignedIn | None, Depends(_customer)]
Confirmed = Annotated[SignedIn, Depends(_confirmed)]


@router.get("/portal.css")
def style() -> Response:
    """The only style sheet."""
    return Response((_HERE / "static" / "portal.css").read_text("utf-8"), media_type="text/css")


@router.get("/{tenant}/")
def home(to: To, tenant: TenantPart, who: Customer) -> Response:
    """Palms, links and history; or the first page, to sign in."""
    if who is None:
        return _page(to, tenant, "address.html")
    return _page(to, tenant, "account.html", people=accounts(to, who), csrf=who.csrf)


@router.post("/{tenant}/code")
def code(to: To, tenant: TenantPart, contact: Text) -> Response:
    """Send a code, and ask for it; says the same to everybody."""
    message = sign_in.new_code(to, tenant, contact)
    page = _page(to, tenant, "code.html", contact=contact, wrong=False)
    if message is not None:
        page.background = BackgroundTask(sign_in.send, to, message)
    return page


@router.post("/{tenant}/session")
def session(to: To, tenant: TenantPart, contact: Text, code: Text) -> Response:
    """Exchange the code for a session."""
    try:
        token = sign_in.sign_in(to, tenant, contact, code)
    except AccessRefused:
        return _page(to, tenant, "code.html", 401, contact=contact, wrong=True)
    reply = RedirectResponse(f"/portal/{tenant}/", 303)
    reply.set_cookie(
        _COOKIE,
        token,
        path=f"/portal/{tenant}/",
        httponly=True,
        samesite="strict",
        secure=to.settings.base_url.startswith("https:"),
    )
    return reply


@router.post("/{tenant}/sign-out")
def leave(request: Request, to: To, tenant: TenantPart, _: Confirmed) -> Response:
    """End the session."""
    sign_in.sign_out(to, request.cookies.get(_COOKIE, ""))
    reply = RedirectResponse(f"/portal/{tenant}/", 303)
    reply.delete_cookie(_COOKIE, path=f"/portal/{tenant}/")
    return reply


@router.post("/{tenant}/unlink")
def unlink(
    to: To, tenant: TenantPart, who: Confirmed, subject: Text, link: Text, request_id: RequestId
) -> Response:
    """Untie one thing."""
    _own(to, who, subject)
    linking.unlink(to, tenant, subject, link, request_id)
    return RedirectResponse(f"/portal/{tenant}/", 303)


@router.get("/{tenant}/forget/{subject}")
def ask_to_forget(
    to: To, tenant: TenantPart, subject: str, who: Annotated[SignedIn, Depends(_signed_in)]
) -> Response:
    """Say what will be deleted, and ask once more."""
    _own(to, who, subject)
    return _page(to, tenant, "forget.html", subject=subject, csrf=who.csrf)


@router.post("/{tenant}/forget/{subject}")
def forget(
    to: To, tenant: TenantPart, subject: str, who: Confirmed, request_id: RequestId
) -> Response:
    """Delete everything."""
    _own(to, who, subject)
    told = forgetting.forget(to, tenant, subject, actor="portal", request_id=request_id)
    return _page(to, tenant, "forgotten.html", told=told)


def _own(service: Service, who: SignedIn, subject: str) -> None:
    """Only people with the contact that signed in."""
    if subject not in {account.subject for account in accounts(service, who)}:
        raise UnknownObject("No such person under this contact.")


def _page(
    service: Service, tenant: str, name: str, status: int = 200, **shown: object
) -> HTMLResponse:
    with service.store.reading() as session:
        found = session.get(Tenant, tenant)
    if found is None:
        raise UnknownObject("No such tenant.")
    text = _pages.get_template(name).render(tenant=tenant, tenant_name=found.name, **shown)
    return HTMLResponse(text, status, headers=_HEADERS)
