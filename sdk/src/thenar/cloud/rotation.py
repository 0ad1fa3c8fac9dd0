"""New versions of the service's keys, and people's keys under them, while everything runs on."""

from __future__ import annotations

import threading

from sqlalchemy.orm import Session

from thenar.cloud import audit
from thenar.cloud.authority import ADMINISTRATOR
from thenar.cloud.idempotency import kept, once
from thenar.cloud.service import Service
from thenar.messages import NewRotation, Rotation

_ROTATING = threading.Lock()


def rotate(service: Service, asked: NewRotation, key: str, request_id: str) -> Rotation:
    """Add keys, then wrap people's keys anew, some at a time; once per idempotency key.

    Interrupted in between, nothing is lost: keys are read under whichever version they
    are wrapped, and the next rotation wraps the rest.

    Raises:
        KeyUnavailable: the provider is given its keys, and cannot make or destroy any.
        RequestConflict: the key was used for another request.
    """
    with _ROTATING:
        if (before := kept(service, ADMINISTRATOR, key, asked, Rotation)) is not None:
            return before
        for kind in dict.fromkeys(asked.kinds):
            service.keys.rotate(kind)
        rewrapped = service.person_keys.rewrap()
        done = Rotation(
            rewrapped=rewrapped,
            retired=service.keys.retire() if asked.retire else 0,
            master_version=service.keys.master_version(),
            request_id=request_id,
        )

        def note(session: Session) -> Rotation:
            audit.append(
                session,
                time=service.clock(),
                tenant="",
                actor=ADMINISTRATOR,
                action="keys.rotated",
                request_id=request_id,
                kinds=" ".join(asked.kinds),
                master_version=done.master_version,
                rewrapped=done.rewrapped,
                retired=done.retired,
            )
            return done

        return once(service, ADMINISTRATOR, key, asked, Rotation, note)
