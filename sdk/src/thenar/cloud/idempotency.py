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
    printed, secret = fingerprint(asked, *more), service.keys.derive("kept replies")
    now = service.clock()
    with service.store.writing() as session:
        session.execute(delete(KeptReply).where(KeptReply.until < now))
        row = session.scalar(
            select(KeptReply).where(KeptReply.actor == actor, KeptReply.key == key)
        )
        if row is not None:
            same(row, printed)
            kept = reveal(row.body, secret, bound=f"reply {row.id}")
            return answer.model_validate_json(kept)
        said, name = act(session), identifier()
        session.add(
            KeptReply(
                id=name,
                actor=actor,
                key=key,
                fingerprint=printed,
                body=protect(said.model_dump_json().encode(), secret, bound=f"reply {name}"),
                until=now + INTEGRATION.kept_reply_life,
            )
        )
    return said
