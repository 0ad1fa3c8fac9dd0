"""Where people are, as a state machine: nobody is twice, too many or alone where they must not be.

The rules are judged and kept by the service's own code, in a real database; what people
really do is told by the model below, which knows no rules.
"""

from types import SimpleNamespace
from typing import ClassVar
from uuid import uuid4

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from thenar.access import Policy
from thenar.cloud.doors import permits, places
from thenar.cloud.people import new_subject
from thenar.cloud.references import References
from thenar.cloud.scim.roll import Roll
from thenar.cloud.tables import Person, PlaceRow, Site, Tables, Tenant
from thenar.matching import NumpyMatcher
from thenar.parameters import ACCESS
from thenar.vault.storage import Store

from ..access.policies import INTO_THE_VAULT

TEXT = f"""
timezone = "Europe/Amsterdam"
[areas.offices]
anti_passback = "hard"
at_most = 3
[areas.vault]
anti_passback = "hard"
two_person = true
at_most = 3
[doors.lobby]
into = "offices"
[doors.exit]
out_of = "offices"
into = "outside"
{INTO_THE_VAULT}
[rules.everybody]
who = "anybody"
doors = ["lobby", "exit", "vault", "vault-out"]
"""
POLICY = Policy.parse(TEXT)
DOORS = POLICY.site.doors
MOST = {"offices": 3, "vault": 3}
PEOPLE = range(5)


class Building(RuleBasedStateMachine):
    """Five people, four doors, and doors that sometimes do not open."""

    store: Store
    reached: ClassVar = set()
    """Areas that people came into in any run."""
    opened = Bundle("opened")

    def __init__(self):
        super().__init__()
        self.now = 1_800_000_000.0
        self.service = SimpleNamespace(
            clock=lambda: self.now, roll=Roll(References(NumpyMatcher().gallery()))
        )
        self.where = {}
        self.under_way = {}

    @initialize()
    def move_in(self):
        with self.store.writing() as session:
            tenant = Tenant(name="office")
            session.add(tenant)
            session.flush()
            site = Site(tenant_id=tenant.id, name="headquarters")
            session.add(site)
            session.flush()
            people = [self._person(tenant.id, number) for number in PEOPLE]
            session.add_all(people)
            session.flush()
            self.tenant, self.site = tenant.id, site.id
            self.numbers = [person.id for person in people]
        self.everybody = select(Person).where(Person.tenant_id == self.tenant)

    def _person(self, tenant, number):
        return Person(
            tenant_id=tenant,
            key=str(number),
            fingerprint="",
            subject=new_subject(),
            key_name=uuid4().hex,
            consent_text="",
            consent_purposes=["badge"],
            contact=b"",
            contact_index="",
        )

    @rule(target=opened, who=st.sampled_from(PEOPLE), door=st.sampled_from(list(DOORS)))
    def ask(self, who, door):
        """Somebody shows their palm at a door."""
        key = uuid4().hex
        self.now += 0.01
        with self.store.writing() as session:
            person = session.get_one(Person, self.numbers[who])
            about = (self.service, session, POLICY, self.site, person, door)
            explained = permits.weigh(*about, self.now)
            judged = permits.decide(*about, key)
            assert judged == explained
            names = {
                one.subject: self.numbers.index(one.id) for one in session.scalars(self.everybody)
            }
        if not judged.allow:
            return key
        movers = [names[subject] for subject in judged.movers]
        assert who in movers
        for mover in movers:
            assert self._last(mover, DOORS[door].out_of) == DOORS[door].out_of
            self.under_way[key, mover] = door
        return key

    @rule(key=consumes(opened), passes=st.booleans())
    def settle(self, key, passes):
        """The door says whether it opened; one whose time was up did not."""
        movers = [mover for their, mover in self.under_way if their == key]
        passes = passes and bool(movers)
        with self.store.writing() as session:
            moved = places.settle(session, self.tenant, key, passed=passes, at=self.now)
        assert sorted(moved) == sorted(self.numbers[one] for one in movers if passes)
        for mover in movers:
            door = self.under_way.pop((key, mover))
            if passes:
                self.where[mover] = DOORS[door].into
                self.reached.add(DOORS[door].into)

    @rule(seconds=st.sampled_from([1.0, ACCESS.grant_seconds + 1]))
    def wait(self, seconds):
        """Time passes; who was told to pass and did not for so long, does not any more."""
        self.now += seconds
        if seconds > ACCESS.grant_seconds:
            self.under_way = {}
        elif self.under_way:
            self.now -= seconds

    @invariant()
    def nobody_is_one_too_many_whatever_doors_open(self):
        for area, most in MOST.items():
            there = {who for who, where in self.where.items() if where == area}
            coming = {who for (_, who), door in self.under_way.items() if DOORS[door].into == area}
            assert len(there | coming) <= most

    @invariant()
    def nobody_is_alone_in_the_vault(self):
        assert list(self.where.values()).count("vault") != 1

    @invariant()
    def what_is_kept_is_where_people_are(self):
        if not hasattr(self, "numbers"):
            return
        with self.store.reading() as session:
            rows = session.scalars(select(PlaceRow).where(PlaceRow.site_id == self.site)).all()
        kept = {self.numbers.index(row.person_id): row.area for row in rows}
        assert kept == self.where

    def _last(self, who, otherwise):
        """Where somebody is if the door that they were told to pass last opens."""
        told = [DOORS[door].into for (_, one), door in self.under_way.items() if one == who]
        return told[-1] if told else self.where.get(who, otherwise)


def test_no_sequence_of_passages_breaks_a_rule(tmp_path):
    Building.store = Store(f"sqlite:///{tmp_path}/places.sqlite", Tables)
    try:
        run_state_machine_as_test(
            Building,
            settings=settings(
                max_examples=20, stateful_step_count=40, deadline=None, derandomize=True
            ),
        )
    finally:
        Building.store.close()
    assert Building.reached == {"offices", "vault", "outside"}
