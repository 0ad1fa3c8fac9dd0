"""The portal: whom it lets in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import Depends
from sqlalchemy import select
from sqlalchemy.orm import Session

from thenar.cloud import people
from thenar.cloud.service import Service
from thenar.cloud.tables import Person, PersonState
from thenar.cloud.web.part import Part
from thenar.cloud.web.rendering import Pages
from thenar.cloud.web.sessions import SignedIn


def _index(service: Service, tenant: str, contact: str) -> str:
    return people.contact_index(service.keys, tenant, contact)


def _anybody(session: Session, tenant: str, index: str) -> bool:
    """Whether somebody is enrolled with the contact."""
    found = select(Person.id).where(
        Person.tenant_id == tenant,
        Person.contact_index == index,
        Person.state == PersonState.ACTIVE,
    )
    return session.scalar(found.limit(1)) is not None


PORTAL = Part("portal", Pages(Path(__file__).parent / "templates", "portal.html"), _index, _anybody)

Visitor = Annotated[SignedIn | None, Depends(PORTAL.visitor)]
"""Whoever looks, signed in or not."""
Customer = Annotated[SignedIn, Depends(PORTAL.signed_in)]
"""Somebody signed in."""
Confirmed = Annotated[SignedIn, Depends(PORTAL.confirmed)]
"""Somebody signed in who sent one of our forms."""
