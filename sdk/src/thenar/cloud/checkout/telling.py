"""What a device is told of a checkout."""

from __future__ import annotations

from thenar.cloud import payment
from thenar.cloud.checkout import above, contents, points, receipts
from thenar.cloud.service import Caller, Service
from thenar.cloud.tables import CheckoutRow, CheckoutStage, Device, Person, Site
from thenar.errors import KeyUnavailable, UnknownObject
from thenar.messages import Amount, Basket, Checkout, CheckoutState


def standing(service: Service, caller: Caller, name: str, request_id: str) -> Checkout:
    """A checkout as it stands. Raises UnknownObject."""
    with service.store.reading() as session:
        row = session.get(CheckoutRow, name)
        if row is None or row.tenant_id != caller.tenant:
            raise UnknownObject("No such checkout of this tenant.")
        redeemed = points.event(session, row, points.REDEEM)
        earned = points.event(session, row, points.EARN)
        site = session.get_one(Site, session.get_one(Device, row.device_id).site_id).name
        extra = [one.id for one in above.payments(session, row)]
        owed = above.owed(session, row) if row.stage == CheckoutStage.PART_PAID else 0
    paid, *more = (
        payment.standing(service, caller, one, request_id) for one in (row.payment_id, *extra)
    )
    currency = paid.amount.currency
    basket = _basket(service, row)
    discount = row.discount or 0
    text = ""
    if row.stage in points.PAID and basket is not None:
        given_back = sum(one.refunded.minor for one in (paid, *more))
        text = receipts.text(
            row, basket, currency, site=site, label=paid.label, refunded=given_back, owed=owed
        )
    last = earned or redeemed
    return Checkout(
        checkout=row.id,
        state=CheckoutState(row.stage),
        payment=paid,
        basket=basket,
        tip=Amount(minor=row.tip, currency=currency),
        discount=Amount(minor=discount, currency=currency),
        total=Amount(minor=row.minor - discount, currency=currency),
        above=more[-1] if more else None,
        owed=Amount(minor=owed, currency=currency) if owed else None,
        programme=row.programme,
        redeemed=redeemed.points if redeemed is not None and discount else 0,
        earned=earned.points if earned is not None else 0,
        points=last.balance if last is not None else None,
        points_due=row.points_due,
        text=text,
        request_id=request_id,
    )


def _basket(service: Service, row: CheckoutRow) -> Basket | None:
    """What was bought; None once the person is forgotten."""
    with service.store.reading() as session:
        person = session.get(Person, row.person_id) if row.person_id else None
    if person is None:
        return None
    try:
        return contents.basket_of(row, service.person_keys.get(person.key_name))
    except KeyUnavailable:
        return None
