"""What the tables share."""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import Annotated, ClassVar

from sqlalchemy import ForeignKey, LargeBinary, MetaData, String
from sqlalchemy.orm import Mapped, mapped_column

from thenar.vault.schema import Versioned


class Tables(Versioned):
    """Every table of the service's database; each change of them is a migration."""

    __abstract__ = True
    metadata = MetaData()
    migrations: ClassVar[Path] = Path(__file__).parents[1] / "migrations"


def identifier() -> str:
    """A new identifier: a random UUID as 32 hex digits."""
    return uuid.uuid4().hex


Id = Annotated[str, mapped_column(String(32), primary_key=True, default=identifier)]
Time = Annotated[float, mapped_column(default=time.time)]
"""Seconds since the epoch, UTC."""
Blob = Annotated[bytes, mapped_column(LargeBinary)]
TenantId = Annotated[str, mapped_column(ForeignKey("tenant.id"), index=True)]
DeviceId = Annotated[str, mapped_column(ForeignKey("device.id"))]
PersonId = Annotated[int | None, mapped_column(ForeignKey("person.id"), index=True)]
"""None once the person is forgotten."""


class Once:
    """A row that one idempotency key of one tenant makes once."""

    key: Mapped[str] = mapped_column(String(200))
    fingerprint: Mapped[str] = mapped_column(String(64))
