"""Points at a checkout: spent before it is paid, earned afterwards.

A programme that fails never stops a payment. Points that it may have taken without saying
so are asked for again under the same key and given back; points that it owes follow later.
"""

from __future__ import annotations

import logging

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from thenar.cloud import audit, people
from thenar.cloud.checkout import above
from thenar.cloud.checkout.alone import alone
from thenar.cloud.service import Service
from thenar.cloud.tables import (
    CheckoutRow,
    CheckoutStage,
    LoyaltyRow,
    Person,
    identifier,
)
from thenar.errors import LoyaltyError
from thenar.messages import LoyaltyAction
from thenar.parameters import CHECKOUT
from thenar.protocols import LoyaltyProgram
from thenar.records import LinkKind, LoyaltyAccount

log = logging.getLogger("thenar.cloud")

REDEEM, EARN, BACK = "redeem", "earn", "back"
"""What the key of a checkout's loyalty event ends with."""


PAID = (CheckoutStage.PAID, CheckoutStage.PART_PAID)
"""How a checkout has ended that is good for points and has a receipt."""


def programme_of(person: Person, wanted: str) -> str:
    """The programme that takes part: the one named, or the newest; empty where none does."""
    for link in person.links:
        if link.kind == LinkKind.LOYALTY and wanted in ("", link.provider):
            return link.provider
    return ""


def spend(service: Service, name: str) -> bool:
    """Spend points, once; what the programme does not give is paid with the card.

    Returns:
        False where the programme failed: it need not be asked for more now.
    """
    row = _load(service, name)
    if row.discount is not None:
        return True
    worth = service.settings.point_worth
    wanted = min(row.redeem, row.minor // worth)
    try:
        if _event(service, row, REDEEM) is None and (
            not wanted or _programme(service, row).look_up(_member(service, row)).points < wanted
        ):
            _decide(service, name, 0)
            return True
        _ask(service, row, REDEEM, LoyaltyAction.REDEEM, wanted)
    except Exception as error:  # noqa: BLE001
        log.warning("points not spent", extra={"checkout": name, "error": type(error).__name__})
        _decide(service, name, 0)
        return False
    _decide(service, name, wanted * worth)
    return True


def are_due(session: Session, row: CheckoutRow) -> bool:
    """Whether the programme is still to be asked, now that a checkout is at its end."""
    if not row.programme or row.person_id is None:
        return False
    asked = session.scalar(_named(row, REDEEM)) is not None
    return row.stage in PAID or asked


def follow_up(service: Service, name: str) -> bool:
    """Ask the programme for what it owes; whether it answered, or owes nothing.

    Points of a purchase that did not come about, or that it took without saying so, are
    given back.
    """
    row = _load(service, name)
    if not row.points_due:
        return True
    if row.person_id is None or service.clock() - row.created > CHECKOUT.points_life:
        _close(service, name, "checkout.points-lost" if row.person_id else "")
        return True
    try:
        spent = _event(service, row, REDEEM)
        if spent is not None and spent.balance is None:
            _ask(service, row, REDEEM, LoyaltyAction.REDEEM, spent.points)
        if spent is not None and not (row.stage in PAID and row.discount):
            _ask(service, row, BACK, LoyaltyAction.ACCRUE, spent.points)
        if earned := _earned(service, row):
            _ask(service, row, EARN, LoyaltyAction.ACCRUE, earned)
    except Exception as error:  # noqa: BLE001
        log.warning("points due", extra={"checkout": name, "error": type(error).__name__})
        return False
    _close(service, name, "")
    return True


def follow_up_all(service: Service) -> None:
    """Ask for all that is due; a programme that fails is not asked again this time."""
    with service.store.reading() as session:
        due = session.execute(
            select(CheckoutRow.id, CheckoutRow.programme)
            .where(CheckoutRow.points_due)
            .order_by(CheckoutRow.created)
        ).all()
    failing: set[str] = set()
    for name, programme in due:
        if programme in failing:
            continue
        with alone(name, wait=False) as mine:
            if mine and not follow_up(service, name):
                failing.add(programme)


def event(session: Session, row: CheckoutRow, what: str) -> LoyaltyRow | None:
    """What was asked of the programme for a checkout."""
    return session.scalar(_named(row, what))


def _earned(service: Service, row: CheckoutRow) -> int:
    """Points for what was captured; what is given back later takes none away."""
    if row.stage not in PAID:
        return 0
    with service.store.reading() as session:
        captured = above.captured(session, row)
    return max(0, captured - row.tip) // service.settings.earn_every


def _ask(service: Service, row: CheckoutRow, what: str, action: LoyaltyAction, number: int) -> None:
    """Ask the programme once per checkout; the event is written before, its answer after."""
    with service.store.writing() as session:
        event = session.scalar(_named(row, what))
        if event is None:
            event = LoyaltyRow(
                id=identifier(),
                key=f"{row.id} {what}",
                fingerprint="",
                tenant_id=row.tenant_id,
                device_id=row.device_id,
                person_id=row.person_id,
                programme=row.programme,
                action=action.value,
                points=number,
                balance=None,
                created=service.clock(),
            )
            session.add(event)
            session.flush()
    if event.balance is not None:
        return
    programme, member = _programme(service, row), _member(service, row)
    change = programme.redeem if action is LoyaltyAction.REDEEM else programme.accrue
    account: LoyaltyAccount = change(member, event.points, idempotency_key=event.id)
    with service.store.writing() as session:
        kept = session.get_one(LoyaltyRow, event.id)
        kept.balance, kept.tier = account.points, account.tier


def _decide(service: Service, name: str, discount: int) -> None:
    with service.store.writing() as session:
        row = session.get_one(CheckoutRow, name)
        if row.discount is None:
            row.discount = discount


def _close(service: Service, name: str, action: str) -> None:
    with service.store.writing() as session:
        row = session.get_one(CheckoutRow, name)
        row.points_due = False
        if action:
            audit.append(
                session,
                time=service.clock(),
                tenant=row.tenant_id,
                actor="service",
                action=action,
                about=row.id,
                programme=row.programme,
            )


def _programme(service: Service, row: CheckoutRow) -> LoyaltyProgram:
    if row.programme not in service.plugins.loyalty:
        raise LoyaltyError(f"Loyalty programme {row.programme!r} is not enabled.")
    return service.plugins.loyalty[row.programme]


def _member(service: Service, row: CheckoutRow) -> str:
    """The programme's number of the person. Raises LoyaltyError: unlinked or forgotten."""
    with service.store.reading() as session:
        person = session.get(Person, row.person_id) if row.person_id else None
        links = person.links if person else []
    for link in links:
        if person and link.kind == LinkKind.LOYALTY and link.provider == row.programme:
            return people.link_value(link, service.person_keys.get(person.key_name))
    raise LoyaltyError("The membership is not linked any more.")


def _event(service: Service, row: CheckoutRow, what: str) -> LoyaltyRow | None:
    with service.store.reading() as session:
        return session.scalar(_named(row, what))


def _named(row: CheckoutRow, what: str) -> Select[LoyaltyRow]:
    return select(LoyaltyRow).where(
        LoyaltyRow.tenant_id == row.tenant_id, LoyaltyRow.key == f"{row.id} {what}"
    )


def _load(service: Service, name: str) -> CheckoutRow:
    with service.store.reading() as session:
        return session.get_one(CheckoutRow, name)
