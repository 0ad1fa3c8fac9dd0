"""Receipts: as plain text, and sent to the contact where that was asked for."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from sqlalchemy import select

from thenar.cloud.checkout import above, contents, points
from thenar.cloud.service import Service
from thenar.cloud.tables import CheckoutRow, Device, PaymentRow, Person, Site
from thenar.messages import Basket
from thenar.parameters import CHECKOUT
from thenar.records import Message, Money
from thenar.vault.protection import reveal

log = logging.getLogger("thenar.cloud")
_WIDTH = 40


def text(
    row: CheckoutRow,
    basket: Basket,
    currency: str,
    *,
    site: str,
    label: str,
    refunded: int = 0,
    owed: int = 0,
) -> str:
    """A receipt of 40 columns.

    Args:
        row: a checkout that is paid.
        basket: what was bought.
        currency: ISO 4217 code.
        site: where.
        label: the card, e.g. ``"visa •••• 4242"``.
        refunded: minor units that were given back.
        owed: minor units that could not be charged.
    """
    when = datetime.fromtimestamp(row.created, UTC).strftime("%Y-%m-%d %H:%M UTC")
    total = row.minor - (row.discount or 0)
    lines = [site, when, f"Receipt {row.id[:12]}", "-" * _WIDTH]
    for line in basket.lines:
        count = f"{line.quantity} x " if line.quantity > 1 else ""
        lines.append(_priced(f"{count}{line.name}", line.minor, currency))
    if row.tip:
        lines.append(_priced("Tip", row.tip, currency))
    if row.discount:
        lines.append(_priced("Points", -row.discount, currency))
    lines += ["-" * _WIDTH, _priced("Total", total, currency)]
    if total:
        lines.append(f"Paid by palm, {label}" if label else "Paid by palm")
    if owed:
        lines.append(_priced("Still owed", owed, currency))
    if refunded:
        lines.append(_priced("Given back", -refunded, currency))
    return "\n".join(lines) + "\n"


def send_all(service: Service) -> None:
    """Send what is to be sent; a notifier that fails is asked again at the next turn."""
    waiting = (
        select(CheckoutRow.id)
        .where(CheckoutRow.stage.in_(points.PAID), CheckoutRow.receipt)
        .order_by(CheckoutRow.created)
    )
    with service.store.reading() as session:
        names = session.scalars(waiting).all()
    for name in names:
        if not _send(service, name):
            return


def _send(service: Service, name: str) -> bool:
    """Whether it was sent, or cannot be."""
    with service.store.reading() as session:
        row = session.get_one(CheckoutRow, name)
        person = session.get(Person, row.person_id) if row.person_id else None
        currency = session.get_one(PaymentRow, row.payment_id).currency
        owed = above.owed(session, row)
        site = session.get_one(Site, session.get_one(Device, row.device_id).site_id).name
    late = service.clock() - row.created > CHECKOUT.points_life
    if person is not None and service.plugins.notifier is not None and not late:
        key = service.person_keys.get(person.key_name)
        contact = reveal(person.contact, key, bound=f"contact {person.key_name}").decode("utf-8")
        basket = contents.basket_of(row, key)
        if contact and basket is not None:
            body = text(row, basket, currency, site=site, label="", owed=owed)
            try:
                service.plugins.notifier.send(Message(contact, f"Your receipt of {site}", body))
            except Exception as error:  # noqa: BLE001
                log.warning("receipt not sent", extra={"error": type(error).__name__})
                return False
    with service.store.writing() as session:
        session.get_one(CheckoutRow, name).receipt = False
    return True


def _priced(what: str, minor: int, currency: str) -> str:
    amount = f"{'-' if minor < 0 else ''}{Money(abs(minor), currency)}"
    room = _WIDTH - len(amount) - 1
    return f"{what[:room]:<{room}} {amount}"
