"""Who showed their palm at a door."""

from __future__ import annotations

from thenar.cloud.assertions import Assertion
from thenar.cloud.service import Caller, Service
from thenar.messages import Purpose


def shown(service: Service, caller: Caller, assertion: str) -> Assertion:
    """Check the assertion of a palm that was shown to pass. Raises AccessRefused."""
    return service.assertions.check(
        assertion,
        tenant=caller.tenant,
        device=caller.device,
        purposes=(Purpose.ENTER, Purpose.BADGE, Purpose.AGE),
        now=service.clock(),
    )
