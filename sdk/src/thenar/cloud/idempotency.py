"""What an idempotency key has done already is answered again, not done again.

For requests whose effect is one transaction: the answer is kept with it, or
neither is. Answers may hold secrets that are shown once (activation codes, API
keys), so they are kept encrypted, and for a day.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from thenar.cloud.fingerprint import fingerprint, same
from thenar.cloud.service import Service
from thenar.cloud.tables import KeptReply, identifier
from thenar.parameters import INTEGRATION
from thenar.vault.protection import protect, reveal

Answer = TypeVar("Answer", bound=BaseModel)


def once(
    service: Service,
    actor: str,
    key: str,
    asked: BaseModel,
    answer: type[Answer],
    act: Callable[[Session], Answer],
    *more: str,
) -> Answer:
    """Act in a transaction, unless this actor's key has done so within a day.

    Args:
        service: keeps the answers.
        actor: who asks, as the audit log names them.
        key: the idempotency key.
        asked: the request.
        answer: the message that is answered.
        act: does it.
        more: parts of the path that say what is asked.

    Raises:
        RequestConflict: the key was used for another request.
    """
    printed, name, now = fingerprint(asked, *more), identifier(), service.clock()
    with service.store.writing() as session:
        session.execute(delete(KeptReply).where(KeptReply.until < now))
        before = _kept(service, session, actor, key, printed, answer)
        if before is not None:
            return before
        said = act(session)
        session.add(
            KeptReply(
                id=name,
                actor=actor,
                key=key,
                fingerprint=printed,
                body=protect(said.model_dump_json().encode(), _key(service), bound=_bound(name)),
                until=now + INTEGRATION.kept_reply_life,
            )
        )
    return said


def kept(
    service: Service, actor: str, key: str, asked: BaseModel, answer: type[Answer], *more: str
) -> Answer | None:
    """What this actor's key was answered, if it was. Raises RequestConflict."""
    with service.store.reading() as session:
        return _kept(service, session, actor, key, fingerprint(asked, *more), answer)


def _kept(
    service: Service, session: Session, actor: str, key: str, printed: str, answer: type[Answer]
) -> Answer | None:
    row = session.scalar(
        select(KeptReply).where(
            KeptReply.actor == actor, KeptReply.key == key, KeptReply.until >= service.clock()
        )
    )
    if row is None:
        return None
    same(row, printed)
    return answer.model_validate_json(reveal(row.body, _key(service), bound=_bound(row.id)))


def _key(service: Service) -> bytes:
    return service.keys.derive("kept replies")


def _bound(row: str) -> str:
    return f"reply {row}"
