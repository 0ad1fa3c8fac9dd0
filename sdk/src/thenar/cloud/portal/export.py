"""Everything that is kept of a person, to take along (GDPR, Articles 15 and 20)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from thenar.cloud import audit, people
from thenar.cloud.checkout import contents
from thenar.cloud.service import Service
from thenar.cloud.tables import AuditLine, CheckoutRow, LoyaltyRow, PassageRow, PaymentRow, Person
from thenar.records import Money
from thenar.vault.protection import reveal

TEMPLATE = (
    "The templates themselves are not in this file: whoever had them could try to be taken for "
    "you. They are numbers from which no picture of your palm can be made here, and they are "
    "destroyed when you delete your palms."
)


def export(service: Service, person: Person) -> dict[str, Any]:
    """What is kept of a person, ready for JSON; times are ISO 8601, UTC."""
    key = service.person_keys.get(person.key_name)
    contact = reveal(person.contact, key, bound=f"contact {person.key_name}").decode("utf-8")
    return {
        "subject": person.subject,
        "enrolled": _time(person.created),
        "contact": contact,
        "consent": {"text": person.consent_text, "purposes": list(person.consent_purposes)},
        "palms": [
            {
                "hand": palm.hand,
                "enrolled": _time(palm.created),
                "algorithm": f"{palm.algorithm} {palm.version}",
                "template_bytes": len(palm.template),
            }
            for palm in person.palms
        ],
        "templates": TEMPLATE,
        "checkouts": _checkouts(service, person, key),
        "links": [
            {
                "kind": link.kind,
                "provider": link.provider,
                "label": people.link_label(link, key),
                "expiry": people.link_expiry(link, key),
                "linked": _time(link.created),
            }
            for link in person.links
        ],
        **_transactions(service, person),
        "history": _history(service, person),
    }


def note_download(service: Service, person: Person, request_id: str) -> None:
    """Say in the audit log that the data was taken along."""
    with service.store.writing() as session:
        audit.append(
            session,
            time=service.clock(),
            tenant=person.tenant_id,
            actor="portal",
            action="person.downloaded",
            about=person.subject,
            request_id=request_id,
        )


def _transactions(service: Service, person: Person) -> dict[str, Any]:
    with service.store.reading() as session:
        payments = session.scalars(select(PaymentRow).where(PaymentRow.person_id == person.id))
        loyalty = session.scalars(select(LoyaltyRow).where(LoyaltyRow.person_id == person.id))
        passages = session.scalars(select(PassageRow).where(PassageRow.person_id == person.id))
        return {
            "payments": [
                {
                    "time": _time(row.created),
                    "amount": str(Money(row.minor, row.currency)),
                    "refunded": str(Money(row.refunded, row.currency)),
                    "state": row.state,
                    "processor": row.processor,
                }
                for row in payments
            ],
            "loyalty": [
                {
                    "time": _time(row.created),
                    "programme": row.programme,
                    "action": row.action,
                    "points": row.points,
                    "balance": row.balance,
                }
                for row in loyalty
            ],
            "passages": [
                {
                    "time": _time(row.time),
                    "door": row.door,
                    "opened": row.allow,
                    "reason": row.reason,
                }
                for row in passages
            ],
        }


def _checkouts(service: Service, person: Person, key: bytes) -> list[dict[str, Any]]:
    """What was bought, and how it ended."""
    with service.store.reading() as session:
        rows = session.scalars(
            select(CheckoutRow)
            .where(CheckoutRow.person_id == person.id)
            .order_by(CheckoutRow.created)
        ).all()
    told = []
    for row in rows:
        basket = contents.basket_of(row, key)
        lines = basket.model_dump()["lines"] if basket else []
        told.append(
            {
                "time": _time(row.created),
                "state": row.stage,
                "currency": basket.currency if basket else "",
                "lines": list(lines),
                "tip_minor": row.tip,
                "discount_minor": row.discount or 0,
            }
        )
    return told


def _history(service: Service, person: Person) -> list[dict[str, Any]]:
    with service.store.reading() as session:
        lines = session.scalars(
            select(AuditLine)
            .where(AuditLine.tenant == person.tenant_id, AuditLine.about == person.subject)
            .order_by(AuditLine.number)
        )
        return [
            {"time": _time(line.time), "action": line.action, "details": dict(line.details)}
            for line in lines
        ]


def _time(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).isoformat(timespec="seconds")
