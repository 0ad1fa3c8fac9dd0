"""What the service says of itself, to anybody."""

from __future__ import annotations

from fastapi import APIRouter

from thenar import __version__
from thenar.cloud import administration
from thenar.cloud.access import To
from thenar.messages import Health, KeySet, SealKey

router = APIRouter(prefix="/v1", tags=["service"])


@router.get("/health")
def health() -> Health:
    """The process lives."""
    return Health(status="ok", version=__version__)


@router.get("/ready")
def ready(to: To) -> Health:
    """References are loaded and the database answers."""
    with to.store.reading() as session:
        session.connection()
    return Health(status="ready", version=__version__, palms=len(to.references))


@router.get("/keys")
def keys(to: To) -> KeySet:
    """Public keys that verify assertions (JWKS)."""
    return KeySet(keys=tuple(to.assertions.key_set()))


@router.get("/keys/seal")
def seal_key(to: To) -> SealKey:
    """The public key that captures are sealed to."""
    return administration.seal_key(to)
