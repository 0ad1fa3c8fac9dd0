"""API keys: made for a tenant with scopes, shown once, revoked for good."""

from __future__ import annotations

import secrets

from sqlalchemy.orm import Session

from thenar.cloud import audit
from thenar.cloud.authority import ADMINISTRATOR, digest
from thenar.cloud.idempotency import once
from thenar.cloud.service import Service
from thenar.cloud.tables import ApiKeyRow, Tenant, identifier
from thenar.errors import InvalidRecord, UnknownObject
from thenar.messages import ApiKey, MadeApiKey, NewApiKey, Scope


def create(service: Service, asked: NewApiKey, key: str, request_id: str) -> MadeApiKey:
    """A new key, once per idempotency key. Raises UnknownObject, InvalidRecord."""
    if asked.expires is not None and asked.expires <= service.clock():
        raise InvalidRecord("expires: expected a time to come.")

    def act(session: Session) -> MadeApiKey:
        if session.get(Tenant, asked.tenant) is None:
            raise UnknownObject("No such tenant.")
        name = identifier()
        secret = f"thenar_{name}_{secrets.token_urlsafe(32)}"
        row = ApiKeyRow(
            id=name,
            tenant_id=asked.tenant,
            name=asked.name,
            digest=digest(secret),
            scopes=sorted(set(asked.scopes)),
            created=service.clock(),
            expires=asked.expires,
        )
        session.add(row)
        _note(session, service, row, "api-key.created", request_id)
        return MadeApiKey(**view(row).model_dump(), secret=secret)

    return once(service, ADMINISTRATOR, key, asked, MadeApiKey, act)


def revoke(service: Service, api_key: str, request_id: str) -> ApiKey:
    """Refuse a key from now on; revoking it twice is allowed. Raises UnknownObject."""
    with service.store.writing() as session:
        row = session.get(ApiKeyRow, api_key)
        if row is None:
            raise UnknownObject("No such API key.")
        if row.revoked is None:
            row.revoked = service.clock()
            _note(session, service, row, "api-key.revoked", request_id)
        return view(row)


def view(row: ApiKeyRow) -> ApiKey:
    """A key without its secret."""
    return ApiKey(
        api_key=row.id,
        tenant=row.tenant_id,
        name=row.name,
        scopes=tuple(Scope(scope) for scope in row.scopes),
        created=row.created,
        expires=row.expires,
        revoked=row.revoked,
    )


def _note(session: Session, service: Service, row: ApiKeyRow, action: str, request_id: str) -> None:
    audit.append(
        session,
        time=service.clock(),
        tenant=row.tenant_id,
        actor=ADMINISTRATOR,
        action=action,
        about=row.id,
        request_id=request_id,
        scopes=" ".join(row.scopes),
    )
