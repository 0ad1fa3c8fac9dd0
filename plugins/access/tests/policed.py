"""The device's flow at the door ``north`` of a site with a policy."""

import time

from thenar.access import Holder, Policy, Scene, judge
from thenar.device import passage
from thenar.messages import Identified, LinkView, Permit
from thenar.records import LinkKind

POLICY = """
timezone = "Europe/Amsterdam"

[areas.inside]

[doors.north]
into = "inside"
offline = "fail closed"

[rules.staff]
who = "group:staff"
doors = ["north"]
"""


class Policed:
    """Lets somebody come to a door; the policy is judged by the code that the service has.

    Args:
        host: of the door.
        monkeypatch: replaces the recognition.
    """

    def __init__(self, host, monkeypatch):
        self._host, self._monkeypatch = host, monkeypatch
        self._policy = Policy.parse(POLICY)
        host.recorder.permit = self._permit
        self.asked = []

    def enter(self, group, credential):
        """The decision for somebody of a group whose palm is linked to this."""
        self._holder = Holder("a" * 26, frozenset({"anybody", f"group:{group}"}))
        self._link = LinkView(
            link="a" * 32,
            kind=LinkKind.BADGE,
            provider=self._host._provider,
            value=credential,
        )
        recognised = Identified(
            subject="a" * 26,
            assertion="an assertion",
            algorithm="blocks 1",
            permit=True,
            request_id="b" * 32,
        )
        self._monkeypatch.setattr(passage, "identify", lambda *_, **__: recognised)
        decision = passage.badge(self._host._terminal, "north")
        assert self._host.recorder.decisions[-1] == decision
        return decision

    def _permit(self, assertion, door, *, idempotency_key):
        self.asked.append(door)
        judged = judge(self._policy, self._holder, door, time.time(), Scene())
        links = (self._link,) if judged.allow else ()
        return Permit(
            allow=judged.allow, reason=judged.reason, links=links, request_id=idempotency_key
        )


NO = "no rule lets this person in here"
