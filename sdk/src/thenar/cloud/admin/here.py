"""The admin page: whom it lets in, and as what."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import attrs
from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from thenar.cloud.access import To
from thenar.cloud.admin import staff
from thenar.cloud.authority import Authority
from thenar.cloud.service import Service
from thenar.cloud.tables import Role, identifier
from thenar.cloud.web.part import Part
from thenar.cloud.web.rendering import Pages
from thenar.cloud.web.sessions import SignedIn
from thenar.errors import AccessRefused
from thenar.messages import Scope

_PAGES = Pages(Path(__file__).parent / "templates", "admin.html")
ADMIN = Part("admin", _PAGES, staff.index, staff.known)


@attrs.frozen
class Present:
    """A member of staff, signed in.

    Attributes:
        who: their session.
        member: who they are.
    """

    who: SignedIn
    member: staff.Member

    @property
    def actor(self) -> str:
        """As the audit log names them."""
        return f"staff {self.member.name}"

    @property
    def authority(self) -> Authority:
        """What they may do, for what the API does as well."""
        scopes = frozenset(Scope) if self.member.role.may(Role.MANAGER) else frozenset()
        return Authority(self.actor, self.who.tenant, scopes)

    def need(self, role: Role) -> None:
        """Raises AccessRefused where their role is not enough."""
        if not self.member.role.may(role):
            raise AccessRefused(
                "Your role is not enough for this.",
                remedy="ask an owner of this tenant.",
            )


def present(service: Service, who: SignedIn) -> Present | None:
    """Which member of staff is signed in; None when they are staff no more."""
    member = staff.member(service, who.tenant, who.contact_index)
    return None if member is None else Present(who, member)


def _looking(to: To, who: Annotated[SignedIn, Depends(ADMIN.signed_in)]) -> Present:
    found = present(to, who)
    if found is None:
        raise AccessRefused("Nobody is signed in.", remedy="sign in again.")
    return found


def _acting(to: To, who: Annotated[SignedIn, Depends(ADMIN.confirmed)]) -> Present:
    return _looking(to, who)


Visitor = Annotated[SignedIn | None, Depends(ADMIN.visitor)]
"""Whoever looks, signed in or not."""
Looking = Annotated[Present, Depends(_looking)]
"""A member of staff."""
Acting = Annotated[Present, Depends(_acting)]
"""A member of staff who sent one of our forms."""


def page(
    service: Service, request: Request, by: Present, name: str, status: int = 200, **shown: Any
) -> HTMLResponse:
    """A page for a member of staff."""
    told = {"csrf": by.who.csrf, "member": by.member, "role": Role, "once": identifier(), **shown}
    return ADMIN.page(service, request, by.who.tenant, name, status, **told)
