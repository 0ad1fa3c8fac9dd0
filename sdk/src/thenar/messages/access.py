"""Sites' policies at their doors: permits, and why the answer is yes or no."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from thenar.messages._base import Identifier, Reply, Request, Subject, Word
from thenar.messages.people import Assertion, LinkView
from thenar.records import OfflinePolicy

Called = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Permitting(Request):
    """``POST /v1/permits``, with the ``Idempotency-Key`` of the passage.

    Attributes:
        assertion: for ``enter``, ``badge`` or ``age``.
        door: name of the door in the device's settings, and in the site's policy.
    """

    assertion: Assertion = Field(repr=False)
    door: Word


class Permit(Reply):
    """What the site's policy says; the door's own authority is asked besides.

    Attributes:
        allow: whether the door may open.
        reason: why, in words for the person at the door.
        offline: what the policy wants the door to do when nobody can be asked; None:
            what the door's own settings say.
        links: where it may open, the tickets or badges to show to the door's own
            authority; at such a site the identification has none.
    """

    allow: bool
    reason: str
    offline: OfflinePolicy | None = None
    links: tuple[LinkView, ...] = ()
    request_id: str


class ExplainedStep(Reply):
    """One rule.

    Attributes:
        rule: its name, e.g. ``"anti-passback"``.
        holds: whether it lets the person pass.
        said: what it found.
        where: file, line and key of the policy; empty where it is no rule of the file.
    """

    rule: str
    holds: bool
    said: str
    where: str = ""


class Explained(Reply):
    """``GET /v1/access/explanations``.

    Attributes:
        allow: whether the door would open.
        reason: what it would say.
        subject: who was meant.
        door: name of the door.
        clock: the time asked about, as a clock at the site shows it.
        steps: every rule in the order in which it was asked; the first that does not
            hold decides.
        offline: what the door does when nobody can be asked.
    """

    allow: bool
    reason: str
    subject: Subject
    door: str
    clock: str
    steps: tuple[ExplainedStep, ...]
    offline: str


class Forgiveness(Request):
    """``POST /v1/access/forgiveness``: forget where somebody is, or everybody.

    Attributes:
        person: subject, name in the directory, or badge number; None: everybody at the site,
            after doors were held open and nobody was counted.
        site: which; None: the tenant's one site with a policy.
        tenant: needed with the administrator's key alone.
    """

    person: Called | None = None
    site: Identifier | None = None
    tenant: Identifier | None = None


class Forgiven(Reply):
    """Anti-passback lets them pass once, wherever they are.

    Attributes:
        subject: of the person; None: everybody.
        known: whether it was known where they are.
        people: how many it was known of.
    """

    subject: Subject | None
    known: bool
    people: int
    request_id: str
