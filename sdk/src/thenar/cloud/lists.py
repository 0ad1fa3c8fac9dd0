"""Lists in pages: a cursor says where the last page ended, and holds however much is added."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from thenar.cloud.service import Service
from thenar.errors import InvalidRecord

Order = tuple[InstrumentedAttribute[Any], ...]
"""Columns that together are unique, and never change."""


def page(
    service: Service,
    rows: Select[Any],
    order: Order,
    view: Callable[[Any], BaseModel],
    *,
    cursor: str | None,
    limit: int,
) -> dict[str, Any]:
    """One page, as the fields of a :class:`thenar.messages.Page`.

    Args:
        service: has the database.
        rows: all of them.
        order: what they are listed by.
        view: a row as a message.
        cursor: from the page before; None for the first.
        limit: how many at most.

    Raises:
        InvalidRecord: the cursor is none of this list's.
    """
    if cursor is not None:
        rows = rows.where(tuple_(*order) > tuple_(*_decoded(cursor, order)))
    with service.store.reading() as session:
        found = session.scalars(rows.order_by(*order).limit(limit + 1)).all()
        items = tuple(view(row) for row in found[:limit])
    following = _encoded(found[limit - 1], order) if len(found) > limit else None
    return {"items": items, "next": following}


def _encoded(row: object, order: Order) -> str:
    text = json.dumps([getattr(row, column.key) for column in order])
    return base64.urlsafe_b64encode(text.encode("utf-8")).decode("ascii").rstrip("=")


def _decoded(cursor: str, order: Order) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        values = None
    wanted = [column.type.python_type for column in order]
    if not isinstance(values, list) or [type(value) for value in values] != wanted:
        raise InvalidRecord("cursor: expected one that this list gave as 'next'.")
    return values
