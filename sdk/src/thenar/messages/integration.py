"""What other programs of a tenant ask: API keys, lists, webhooks and their deliveries."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import Field, StringConstraints

from thenar.messages._base import Identifier, Reply, Request, Subject, Word
from thenar.messages.service import Site, Tenant
from thenar.messages.transactions import Amount
from thenar.records import Hand, PaymentState

Item = TypeVar("Item")

Cursor = Annotated[
    str, StringConstraints(min_length=1, max_length=400, pattern=r"^[A-Za-z0-9_-]+$")
]
"""Where a list goes on; opaque."""


class Scope(StrEnum):
    """What an API key may do, for its own tenant alone."""

    SITES_READ = "sites:read"
    SITES_WRITE = "sites:write"
    DEVICES_READ = "devices:read"
    DEVICES_WRITE = "devices:write"
    PEOPLE_READ = "people:read"
    PEOPLE_FORGET = "people:forget"
    PAYMENTS_READ = "payments:read"
    PAYMENTS_SETTLE = "payments:settle"
    LIMITS_WRITE = "limits:write"
    EVENTS_READ = "events:read"
    DIRECTORY_READ = "directory:read"
    DIRECTORY_WRITE = "directory:write"
    ACCESS_READ = "access:read"
    ACCESS_WRITE = "access:write"
    WEBHOOKS_READ = "webhooks:read"
    WEBHOOKS_WRITE = "webhooks:write"


class Page(Reply, Generic[Item]):
    """One page of a list, in an order that does not change.

    Attributes:
        items: at most as many as were asked for.
        next: ``cursor`` of the page after this; None on the last.
    """

    items: tuple[Item, ...]
    next: Cursor | None = None


class Tenants(Page[Tenant]):
    """``GET /v1/tenants``."""


class Sites(Page[Site]):
    """``GET /v1/sites``."""


class Device(Reply):
    """A device of a tenant's.

    Attributes:
        state: ``waiting`` for its one-time code, ``active``, or ``revoked``.
    """

    device: Identifier
    tenant: Identifier
    site: Identifier
    name: Word
    state: Literal["waiting", "active", "revoked"]


class Devices(Page[Device]):
    """``GET /v1/devices``."""


class PersonView(Reply):
    """Somebody enrolled, as their tenant may see them.

    Attributes:
        state: ``closing`` while they wait to be forgotten.
        links: kind and provider of what is tied to their palms, never its value.
        created: seconds since the epoch, UTC.
    """

    subject: Subject
    state: Literal["active", "closing"]
    palms: tuple[Hand, ...]
    links: tuple[str, ...]
    created: float


class People(Page[PersonView]):
    """``GET /v1/people``."""


class PaymentView(Reply):
    """A payment, as a list of them has it.

    Attributes:
        created: seconds since the epoch, UTC.
    """

    payment: Identifier
    device: Identifier
    state: PaymentState
    amount: Amount
    refunded: Amount
    created: float


class Payments(Page[PaymentView]):
    """``GET /v1/payments``."""


class EventView(Reply):
    """One line of the audit log, and of what webhooks are told.

    Attributes:
        number: the line's.
        type: dotted word, e.g. ``"person.enrolled"``.
        time: seconds since the epoch, UTC.
        actor: who did it, e.g. ``"device 3f…"``.
        about: a subject, or an object's identifier; may be empty.
        details: counts, states and names of providers.
    """

    number: int
    type: str
    time: float
    actor: str
    about: str
    details: dict[str, Any]
    request_id: str


class Events(Page[EventView]):
    """``GET /v1/events``."""


class NewApiKey(Request):
    """``POST /v1/api-keys``, with the administrator's key.

    Attributes:
        scopes: what it may do.
        expires: seconds since the epoch, UTC; None: never.
    """

    tenant: Identifier
    name: Word
    scopes: Annotated[tuple[Scope, ...], Field(min_length=1, max_length=20)]
    expires: Annotated[float, Field(ge=0, le=1e11)] | None = None


class ApiKey(Reply):
    """An API key; ``revoked`` and ``expires`` are seconds since the epoch, UTC."""

    api_key: Identifier
    tenant: Identifier
    name: Word
    scopes: tuple[Scope, ...]
    created: float
    expires: float | None = None
    revoked: float | None = None


class MadeApiKey(ApiKey):
    """A new API key.

    Attributes:
        secret: what to send as ``Authorization: Bearer``; it is shown here once and
            never stored in clear.
    """

    secret: str = Field(repr=False)


class ApiKeys(Page[ApiKey]):
    """``GET /v1/api-keys``."""


class WebhookKind(StrEnum):
    """What a webhook is for."""

    EVENTS = "events"
    """It is told what happened."""
    DECISION = "decision"
    """It is asked whether a recognised person may; a tenant has one at most."""


EventName = Annotated[
    str, StringConstraints(max_length=60, pattern=r"^(\*|[a-z-]+\.(\*|[a-z-]+))$")
]


class NewWebhook(Request):
    """``POST /v1/webhooks``.

    Attributes:
        tenant: needed with the administrator's key alone; an API key has its own.
        events: types to be told of, e.g. ``"person.enrolled"``, ``"payment.*"`` or
            ``"*"``; of no account for decisions.
    """

    tenant: Identifier | None = None
    kind: WebhookKind = WebhookKind.EVENTS
    url: Annotated[str, StringConstraints(min_length=8, max_length=500, pattern=r"^https?://")]
    events: Annotated[tuple[EventName, ...], Field(min_length=1, max_length=50)] = ("*",)


class Webhook(Reply):
    """A webhook."""

    webhook: Identifier
    tenant: Identifier
    kind: WebhookKind
    url: str
    events: tuple[str, ...]
    created: float


class MadeWebhook(Webhook):
    """A new webhook.

    Attributes:
        secret: checks the signatures (Standard Webhooks: ``whsec_`` and base64); it is
            shown here once.
    """

    secret: str = Field(repr=False)


class Webhooks(Page[Webhook]):
    """``GET /v1/webhooks``."""


class Delivery(Reply):
    """One message to a webhook.

    Attributes:
        state: ``dead`` after the last try; ask for a redelivery once the receiver works.
        tries: how often it was sent.
        due: seconds since the epoch, UTC, of the next try.
        outcome: of the last try: an HTTP status or the kind of failure.
    """

    delivery: Identifier
    webhook: Identifier
    event: str
    state: Literal["waiting", "delivered", "dead"]
    tries: int
    due: float
    outcome: str
    created: float


class Deliveries(Page[Delivery]):
    """``GET /v1/deliveries``."""


class NewRotation(Request):
    """``POST /v1/keys/rotations``, with the administrator's key.

    Attributes:
        kinds: which keys get a new version; none: people's keys are only wrapped anew
            under the newest master key.
        retire: destroy every master key but the newest, once no person's key is wrapped
            under one; nothing can read what is left of such wrappings anywhere.
    """

    kinds: Annotated[tuple[Literal["master", "seal", "signing"], ...], Field(max_length=3)] = (
        "master",
    )
    retire: bool = False


class Rotation(Reply):
    """The keys were rotated.

    Attributes:
        master_version: version of the newest master key.
        rewrapped: how many people's keys were wrapped anew.
        retired: how many master keys were destroyed.
    """

    master_version: int
    rewrapped: int
    retired: int = 0
    request_id: str
