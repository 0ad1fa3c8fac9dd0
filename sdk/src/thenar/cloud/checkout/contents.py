"""What is in a basket: readable with the person's key alone, and gone with it."""

from __future__ import annotations

from thenar.cloud.tables import CheckoutRow
from thenar.messages import Basket
from thenar.vault.protection import protect as seal
from thenar.vault.protection import reveal


def protect(basket: Basket, key: bytes, checkout: str) -> bytes:
    """A basket, encrypted for one checkout."""
    return seal(basket.model_dump_json().encode("utf-8"), key, bound=f"checkout {checkout}")


def basket_of(row: CheckoutRow, key: bytes) -> Basket | None:
    """The basket of a checkout; None where it has none."""
    if not row.basket:
        return None
    return Basket.model_validate_json(reveal(row.basket, key, bound=f"checkout {row.id}"))
