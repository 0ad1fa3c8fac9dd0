"""What the directory holds, as SCIM describes it: users with two extensions, and groups."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Union

from scim2_models import (
    URN,
    AuthenticationScheme,
    Bulk,
    CaseExact,
    ChangePassword,
    EnterpriseUser,
    ETag,
    Extension,
    Filter,
    Group,
    Mutability,
    Patch,
    Resource,
    ResourceType,
    Returned,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    User,
)

from thenar.parameters import ACCESS


class PalmPass(Extension):
    """What a palm opens doors by.

    Attributes:
        valid_from: when the pass begins.
        valid_until: when it ends; for visitors.
        badge: the number that badge links of this user's palms hold.
        enrolled: whether somebody's palm is this user's; told where it is asked for.
    """

    __schema__ = URN("urn:ietf:params:scim:schemas:extension:thenar:2.0:User")

    valid_from: datetime | None = None
    valid_until: datetime | None = None
    badge: Annotated[str | None, CaseExact.true] = None
    enrolled: Annotated[bool | None, Mutability.read_only, Returned.request] = None


StaffUser = User[Union[EnterpriseUser, PalmPass]]  # noqa: UP007 -- read at run time
MODELS: dict[str, type[Resource[Any]]] = {"User": StaffUser, "Group": Group}
POLICY = ScimPolicy(unknown=ScimPolicy.Unknown.ignore)
"""Identity providers send attributes of their own; they are left out, not refused."""


def provider() -> ScimProvider:
    """The description of the service."""
    config = ServiceProviderConfig(
        documentation_uri=None,
        patch=Patch(supported=True),
        bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
        filter=Filter(supported=True, max_results=ACCESS.entries_in_page),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=True),
        etag=ETag(supported=False),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="API key",
                description="An API key of the tenant with the scope directory:write.",
                primary=True,
            )
        ],
    )
    return ScimProvider(
        models=[User, EnterpriseUser, PalmPass, Group],
        resource_types=[ResourceType.from_resource(model) for model in MODELS.values()],
        config=config,
        policy=POLICY,
    )
