"""What a customer sees and does: palms, links, history, data, deletion."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import RedirectResponse, Response

from thenar.cloud import cards, forgetting, linking
from thenar.cloud.access import RequestId, To
from thenar.cloud.portal.account import A_PAGE, PURPOSES, account, history, people_of
from thenar.cloud.portal.export import export, note_download
from thenar.cloud.portal.here import PORTAL, Confirmed, Customer, Visitor
from thenar.cloud.service import Service
from thenar.cloud.tables import Person
from thenar.cloud.web.entering import first_page
from thenar.cloud.web.forms import TenantPart, Text
from thenar.cloud.web.rendering import style
from thenar.cloud.web.sessions import SignedIn
from thenar.errors import UnknownObject

routes = PORTAL.router()
_style = style(Path(__file__).parent / "static" / "portal.css")


@routes.get("/portal.css")
def css() -> Response:
    """The only style sheet."""
    return Response(_style(), media_type="text/css")


@routes.get("/{tenant}/")
def home(request: Request, to: To, tenant: TenantPart, who: Visitor) -> Response:
    """Palms, links and history; or the first page, to sign in."""
    if who is None:
        return first_page(PORTAL, to, request, tenant)
    tongue = PORTAL.pages.tongue(request)
    accounts = [account(to, person, tongue) for person in people_of(to, who)]
    return PORTAL.page(to, request, tenant, "account.html", people=accounts, csrf=who.csrf)


@routes.get("/{tenant}/history/{subject}")
def everything_that_happened(
    request: Request,
    to: To,
    tenant: TenantPart,
    subject: str,
    who: Customer,
    before: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """The history, a page at a time."""
    person, tongue = _own(to, who, subject), PORTAL.pages.tongue(request)
    found = history(to, person, tongue, before=before, most=A_PAGE + 1)
    more = found[A_PAGE - 1].number if len(found) > A_PAGE else None
    return PORTAL.page(
        *(to, request, tenant, "history.html"),
        subject=subject,
        csrf=who.csrf,
        history=found[:A_PAGE],
        more=more,
        newest=before is None,
    )


@routes.get("/{tenant}/data/{subject}")
def data(request: Request, to: To, tenant: TenantPart, subject: str, who: Customer) -> Response:
    """Everything that is kept, to read."""
    person = _own(to, who, subject)
    kept, happened = (
        export(to, person),
        history(to, person, PORTAL.pages.tongue(request), most=A_PAGE),
    )
    return PORTAL.page(
        *(to, request, tenant, "data.html"),
        subject=subject,
        csrf=who.csrf,
        kept=kept,
        person=person,
        purposes=PURPOSES,
        history=happened,
    )


@routes.get("/{tenant}/data/{subject}/download")
def download(to: To, subject: str, who: Customer, request_id: RequestId) -> Response:
    """Everything that is kept, to take along."""
    person = _own(to, who, subject)
    note_download(to, person, request_id)
    text = json.dumps(export(to, person), indent=2, ensure_ascii=False)
    named = {"content-disposition": 'attachment; filename="my-palms.json"'}
    return Response(text, media_type="application/json", headers=named)


@routes.post("/{tenant}/unlink")
def unlink(
    to: To, tenant: TenantPart, who: Confirmed, subject: Text, link: Text, request_id: RequestId
) -> Response:
    """Untie one thing."""
    _own(to, who, subject)
    linking.unlink(to, tenant, subject, link, request_id)
    return RedirectResponse(f"/portal/{tenant}/", 303)


@routes.post("/{tenant}/default-card")
def choose_card(
    to: To, tenant: TenantPart, who: Confirmed, subject: Text, link: Text, request_id: RequestId
) -> Response:
    """Make one of several cards the one that pays where none is named."""
    cards.prefer_own(to, _own(to, who, subject), link, request_id)
    return RedirectResponse(f"/portal/{tenant}/", 303)


@routes.get("/{tenant}/forget/{subject}")
def ask_to_forget(request: Request, to: To, subject: str, who: Customer) -> Response:
    """Say what will be deleted, and ask once more."""
    return _question(request, to, who, subject, unsure=False)


@routes.post("/{tenant}/forget/{subject}")
def forget(
    request: Request,
    to: To,
    tenant: TenantPart,
    subject: str,
    who: Confirmed,
    request_id: RequestId,
    confirmation: Text = "",
) -> Response:
    """Delete everything, once the word was typed."""
    _own(to, who, subject)
    wanted = PORTAL.pages.tongue(request).say("DELETE")
    if confirmation.strip().casefold() != wanted.casefold():
        return _question(request, to, who, subject, unsure=True)
    told = forgetting.forget(to, tenant, subject, actor="portal", request_id=request_id)
    return PORTAL.page(to, request, tenant, "forgotten.html", told=told)


def _question(
    request: Request, service: Service, who: SignedIn, subject: str, *, unsure: bool
) -> Response:
    shown = account(service, _own(service, who, subject), PORTAL.pages.tongue(request))
    status = 422 if unsure else 200
    return PORTAL.page(
        *(service, request, who.tenant, "forget.html", status),
        person=shown,
        csrf=who.csrf,
        unsure=unsure,
    )


def _own(service: Service, who: SignedIn, subject: str) -> Person:
    """Only people with the contact that signed in. Raises UnknownObject."""
    for person in people_of(service, who):
        if person.subject == subject:
            return person
    raise UnknownObject("No such person under this contact.")
