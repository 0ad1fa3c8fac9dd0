"""Tickets and their links straight into pretix's books: selling 60,000 by HTTP takes hours."""

from __future__ import annotations

from typing import Any

AT_ONCE = 2000

# Run inside pretix, by its own models.
_SELL = """
import secrets
from datetime import timedelta
from decimal import Decimal
from django.utils.timezone import now
from django_scopes import scopes_disabled
from pretix.base.models import Event, Item, Order, OrderPosition, ReusableMedium

with scopes_disabled():
    event = Event.objects.get(slug="match")
    item = Item.objects.get(pk={item})
    channel = event.organizer.sales_channels.get(identifier="web")
    through = ReusableMedium.linked_orderpositions.through
    for start in range(0, {count}, {at_once}):
        numbers = range(start, min(start + {at_once}, {count}))
        orders = Order.objects.bulk_create(Order(
            code=f"B{{number:06d}}", event=event, organizer=event.organizer, status="p",
            email="guest@example.org", locale="en", datetime=now(),
            expires=now() + timedelta(days=1), total=Decimal("10.00"), sales_channel=channel,
            secret=secrets.token_hex(8),
        ) for number in numbers)
        positions = OrderPosition.objects.bulk_create(OrderPosition(
            order=order, item=item, price=Decimal("10.00"), positionid=1,
            secret=f"ticket-{{number:06d}}", tax_rate=0, tax_value=0,
            organizer=event.organizer, web_secret=secrets.token_hex(8),
            pseudonymization_id=f"P{{number:08d}}",
        ) for number, order in zip(numbers, orders))
        media = ReusableMedium.objects.bulk_create(ReusableMedium(
            organizer=event.organizer, type="barcode", identifier=f"palm-{{number:06d}}",
            notes=f"subject{{number:019d}}", info={{}},
        ) for number in numbers)
        through.objects.bulk_create(
            through(reusablemedium_id=medium.pk, orderposition_id=position.pk)
            for medium, position in zip(media, positions)
        )
"""


def sell(site: Any, count: int) -> None:
    """Sell ``ticket-000000`` onwards, each linked to ``palm-000000`` onwards."""
    site.shell(_SELL.format(item=site.seat, count=count, at_once=AT_ONCE))


_BOOKS = """
SELECT position.secret FROM pretixbase_checkin entry
JOIN pretixbase_orderposition position ON entry.position_id = position.id
WHERE entry.successful AND entry.type = 'entry' AND position.secret LIKE 'ticket-%'
"""


def entered(site: Any) -> list[int]:
    """Numbers of the tickets that pretix counts as entered, once for each entry."""
    return [int(secret.removeprefix("ticket-")) for (secret,) in site.query(_BOOKS)]
