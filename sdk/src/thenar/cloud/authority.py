"""Who asks with a bearer's key: the administrator, or a program of a tenant's."""

from __future__ import annotations

import hashlib
import hmac
import re

import attrs

from thenar.cloud.service import Service
from thenar.cloud.tables import ApiKeyRow
from thenar.errors import AccessRefused, InvalidRecord, ScopeMissing
from thenar.messages import Scope

_KEY = re.compile(r"thenar_([0-9a-f]{32})_[A-Za-z0-9_-]{43}")
ADMINISTRATOR = "administrator"


@attrs.frozen
class Authority:
    """What a bearer may do.

    Attributes:
        actor: as the audit log names them.
        tenant: the one whose program it is; None: the administrator, for all of them.
        scopes: what a tenant's program may do.
    """

    actor: str
    tenant: str | None = None
    scopes: frozenset[Scope] = frozenset()

    def need(self, scope: Scope | None) -> None:
        """Raises ScopeMissing; a scope of None is the administrator's alone."""
        if self.tenant is None or scope in self.scopes:
            return
        wanted = "the administrator's key" if scope is None else f"the scope {scope}"
        raise ScopeMissing(
            f"This needs {wanted}; the API key has {', '.join(sorted(self.scopes))}.",
            remedy="let the administrator make a key that may.",
        )

    def of(self, asked: str | None) -> str:
        """The tenant that a request is about.

        Args:
            asked: as the request names it; an API key need not name its own.

        Raises:
            InvalidRecord: the administrator named none.
            ScopeMissing: an API key named another.
        """
        tenant = asked or self.tenant
        if tenant is None:
            raise InvalidRecord("tenant: with the administrator's key, say which.")
        if self.tenant not in (None, tenant):
            raise ScopeMissing("The API key is of another tenant.")
        return tenant


def authorised(service: Service, given: str) -> Authority:
    """Whose key it is. Raises AccessRefused: nobody's, out of date, or revoked."""
    wanted = service.settings.admin_key.encode("utf-8")
    if wanted and hmac.compare_digest(given.encode("utf-8"), wanted):
        return Authority(ADMINISTRATOR)
    if (found := _KEY.fullmatch(given)) is not None:
        with service.store.reading() as session:
            row = session.get(ApiKeyRow, found[1])
        if row is not None and hmac.compare_digest(row.digest, digest(given)):
            _refuse_spent(row, service.clock())
            scopes = frozenset(Scope(scope) for scope in row.scopes)
            return Authority(f"key {row.id}", row.tenant_id, scopes)
    raise AccessRefused(
        "The key is missing or wrong.",
        remedy="send 'Authorization: Bearer KEY' with admin_key of [cloud], or with an API key.",
    )


def digest(secret: str) -> str:
    """Secrets are 256 random bits, so a plain SHA-256 keeps them secret."""
    return hashlib.sha256(secret.encode("utf-8")).hexdigest()


def _refuse_spent(row: ApiKeyRow, now: float) -> None:
    if row.revoked is not None or (row.expires is not None and row.expires <= now):
        what = "was revoked" if row.revoked is not None else "is out of date"
        raise AccessRefused(f"The API key {what}.", remedy="let the administrator make a new one.")
