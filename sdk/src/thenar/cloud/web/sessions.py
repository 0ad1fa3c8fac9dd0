"""Sessions: a random token in a cookie that no script reads; the database has its hash."""

from __future__ import annotations

import hashlib
import secrets

import attrs
from fastapi import Request
from fastapi.responses import Response
from sqlalchemy import delete

from thenar.cloud.service import Service
from thenar.cloud.tables import PortalSession
from thenar.parameters import SERVICE


@attrs.frozen
class SignedIn:
    """Somebody's session.

    Attributes:
        tenant: 32 hex digits.
        contact_index: finds the people, or the member of staff, with this contact.
        csrf: the token that every form of theirs carries.
    """

    tenant: str
    contact_index: str
    csrf: str


@attrs.frozen
class Sessions:
    """The sessions of one part of the service.

    Attributes:
        part: ``"portal"`` or ``"admin"``; the cookie is sent to its paths alone.
    """

    part: str

    def begin(
        self, service: Service, request: Request, reply: Response, tenant: str, index: str
    ) -> None:
        """A new session; the one that the browser had is over, so none can be planted."""
        token = secrets.token_urlsafe(32)
        with service.store.writing() as session:
            session.execute(delete(PortalSession).where(PortalSession.expires < service.clock()))
            session.execute(
                delete(PortalSession).where(PortalSession.id == self._held(service, request))
            )
            session.add(
                PortalSession(
                    id=_hash(token),
                    tenant_id=tenant,
                    contact_index=index,
                    csrf=secrets.token_urlsafe(32),
                    expires=service.clock() + SERVICE.session_life,
                )
            )
        reply.set_cookie(
            self._cookie(service),
            token,
            max_age=int(SERVICE.session_life),
            path=f"/{self.part}/{tenant}/",
            httponly=True,
            samesite="strict",
            secure=over_tls(service),
        )

    def of(self, service: Service, request: Request, tenant: str) -> SignedIn | None:
        """Whose session a request belongs to; None when there is none, or it is out of date."""
        with service.store.reading() as session:
            row = session.get(PortalSession, self._held(service, request))
        if row is None or row.tenant_id != tenant or row.expires < service.clock():
            return None
        return SignedIn(tenant, row.contact_index, row.csrf)

    def end(self, service: Service, request: Request, reply: Response, tenant: str) -> None:
        """Sign out."""
        with service.store.writing() as session:
            session.execute(
                delete(PortalSession).where(PortalSession.id == self._held(service, request))
            )
        reply.delete_cookie(
            self._cookie(service), path=f"/{self.part}/{tenant}/", secure=over_tls(service)
        )

    def _held(self, service: Service, request: Request) -> str:
        return _hash(request.cookies.get(self._cookie(service), ""))

    def _cookie(self, service: Service) -> str:
        """Over HTTPS under a name that browsers take only with ``Secure`` (RFC 6265bis)."""
        return ("__Secure-" if over_tls(service) else "") + f"thenar_{self.part}"


def over_tls(service: Service) -> bool:
    """Whether browsers reach the service over HTTPS."""
    return service.settings.base_url.startswith("https:")


def _hash(token: str) -> str:
    """Tokens are 256 random bits, so a plain hash keeps them secret."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()
