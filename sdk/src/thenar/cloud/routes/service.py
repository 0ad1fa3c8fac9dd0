"""What the service says of itself, to anybody."""

from __future__ import annotations

import hmac
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Response
from fastapi.security import HTTPAuthorizationCredentials
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from thenar import __version__
from thenar.cloud import administration
from thenar.cloud.access import To, bearer
from thenar.cloud.authority import authorised
from thenar.cloud.openapi import PROBLEMS
from thenar.messages import Health, KeySet, SealKey

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: PROBLEMS[status] for status in (413, 429, 500)
}
router = APIRouter(prefix="/v1", tags=["service"], responses=_PROBLEMS)
watching = APIRouter()
"""For what watches the process, at the addresses where it looks."""


@router.get("/health")
@watching.get("/health", include_in_schema=False)
def health() -> Health:
    """The process lives."""
    return Health(status="ok", version=__version__)


@router.get("/ready", responses={503: PROBLEMS[503]})
@watching.get("/ready", include_in_schema=False)
def ready(to: To) -> Health:
    """References are loaded and the databases answer; 503 where one of it is not so."""
    if not to.ready.is_set():
        raise HTTPException(503, "The service is starting or stopping.")
    try:
        with to.store.reading() as session:
            session.execute(select(1))
        to.person_keys.check()
    except DBAPIError:
        raise HTTPException(503, "A database does not answer.") from None
    return Health(status="ready", version=__version__, palms=len(to.references))


@watching.get("/metrics", include_in_schema=False)
def metrics(
    to: To, given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
) -> Response:
    """What Prometheus asks for, with the key for it or the administrator's."""
    wanted = to.settings.metrics_key.encode("utf-8")
    told = given.credentials if given else ""
    if not wanted or not hmac.compare_digest(told.encode("utf-8"), wanted):
        authorised(to, told).need(None)
    return Response(to.metrics.text(), media_type=CONTENT_TYPE_LATEST)


@router.get("/keys")
def keys(to: To) -> KeySet:
    """Public keys that verify assertions (JWKS)."""
    return KeySet(keys=tuple(to.assertions.key_set()))


@router.get("/keys/seal")
def seal_key(to: To) -> SealKey:
    """The public key that captures are sealed to."""
    return administration.seal_key(to)
