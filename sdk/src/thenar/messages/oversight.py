"""Staff of a tenant, forgetting on request, and closing a tenant."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from thenar.messages._base import Identifier, Reply, Request

StaffRole = Literal["viewer", "manager", "owner"]


class NewStaff(Request):
    """``POST /v1/staff``, with the administrator's key.

    Attributes:
        tenant: whose staff.
        contact: e-mail address or phone number; one-time codes for the admin page go there.
        role: what they may do there; naming a member again changes it.
    """

    tenant: Identifier
    contact: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(repr=False)
    role: StaffRole


class StaffMember(Reply):
    """A member of staff.

    Attributes:
        staff: their identifier, as the audit log has it.
        page: where they sign in, below the service's URL.
    """

    staff: Identifier
    tenant: Identifier
    role: StaffRole
    page: str


class TenantClosed(Reply):
    """``POST /v1/tenants/{tenant}/close``: nobody of the tenant's is found any more.

    Attributes:
        state: ``closing`` while payments of some people are open.
        people: how many those are.
    """

    tenant: Identifier
    state: Literal["closed", "closing"]
    people: int = 0
    request_id: str
