"""Our books: the secure service's own code and tables, without its web server and palms."""

import shutil
import sqlite3
import time
from types import SimpleNamespace

from thenar.cloud import people, processor
from thenar.cloud.checkout import above, steps
from thenar.cloud.tables import (
    CheckoutRow,
    CheckoutStage,
    Device,
    LinkRow,
    PaymentRow,
    PaymentStep,
    Person,
    Site,
    StepKind,
    StepState,
    Tables,
    Tenant,
    identifier,
)
from thenar.messages import NewLink
from thenar.parameters import SERVICE
from thenar.records import LinkKind, PaymentState
from thenar.testing.simulated import BooksSettings, SimulatedLoyalty
from thenar.vault.storage import Store

KEY = bytes(32)
CARD = "visa •••• 4242"
POINTS = 500
"""What the member has at first."""


class Till:
    """Writes a step down, has it carried out, and settles what is left open.

    Args:
        database: path of the service's SQLite file.
        payment: the processor.
        loyalty: path of the loyalty programme's SQLite file.
    """

    def __init__(self, database, payment, loyalty=":memory:"):
        self.database = database
        self.store = Store(f"sqlite:///{database}", Tables)
        self.passed = 0.0
        self.loyalty = SimulatedLoyalty(BooksSettings(str(loyalty)))
        self.service = SimpleNamespace(
            store=self.store,
            plugins=SimpleNamespace(
                payment=payment,
                payment_name="any",
                loyalty={"points": self.loyalty},
                notifier=None,
            ),
            person_keys=SimpleNamespace(get=lambda name: KEY),
            settings=SimpleNamespace(point_worth=1, earn_every=100),
            clock=lambda: time.time() + self.passed,
        )

    def close(self):
        self.store.close()

    @classmethod
    def opened(cls, database, payment, loyalty, template):
        """A till in a shop that is open: a copy of a database that was made once."""
        if not template.exists():
            till = cls(template, None)
            till.open_shop()
            till.close()
        shutil.copy(template, database)
        till = cls(database, payment, loyalty)
        till.loyalty.join("M-1", points=POINTS)
        return till

    def open_shop(self):
        """The rows that payments refer to, and a member of the loyalty programme."""
        with self.store.writing() as session:
            tenant = Tenant(id="t", name="tenant")
            session.add(tenant)
            session.flush()
            session.add(Site(id="s", tenant_id="t", name="site"))
            session.flush()
            session.add(
                Device(id="d", tenant_id="t", site_id="s", name="till", code="", code_expires=0.0)
            )
            member = NewLink(kind=LinkKind.LOYALTY, provider="points", value="M-1")
            session.add(
                Person(
                    id=1,
                    key="p",
                    fingerprint="",
                    tenant_id="t",
                    subject="a" * 26,
                    key_name="k",
                    consent_text="",
                    consent_purposes=[],
                    contact=b"",
                    contact_index="",
                    links=[
                        LinkRow(
                            id="l",
                            key="l",
                            fingerprint="",
                            tenant_id="t",
                            kind="loyalty",
                            provider="points",
                            content=people.protect_link(member, KEY, "l"),
                        )
                    ],
                )
            )

    def new_payment(self, minor):
        name = identifier()
        with self.store.writing() as session:
            row = PaymentRow(
                id=name,
                tenant_id="t",
                device_id="d",
                person_id=1,
                label=people.protect_label(CARD, KEY, name),
                assertion=identifier(),
                processor="any",
                state=PaymentState.UNKNOWN,
                minor=minor,
                currency="EUR",
                created=self.service.clock(),
            )
            session.add(row)
        return row.id

    def new_step(self, payment, kind, minor):
        with self.store.writing() as session:
            row = PaymentStep(
                id=identifier(),
                key=identifier(),
                fingerprint="",
                tenant_id="t",
                payment_id=payment,
                kind=StepKind(kind),
                minor=minor,
                created=self.service.clock(),
            )
            session.add(row)
        return row.id

    def link_card(self, token):
        """The member's card, as it is charged where no assertion names another."""
        card = NewLink(kind=LinkKind.PAYMENT, provider="any", value=token, label=CARD)
        with self.store.writing() as session:
            row = LinkRow(
                id="c",
                key="c",
                fingerprint="",
                tenant_id="t",
                person_id=1,
                kind="payment",
                provider="any",
                content=people.protect_link(card, KEY, "c"),
            )
            session.add(row)

    def new_checkout(self, payment, minor, *, redeem=0, stage=CheckoutStage.UNDER_WAY, settled=""):
        with self.store.writing() as session:
            row = CheckoutRow(
                id=identifier(),
                key=identifier(),
                fingerprint="",
                tenant_id="t",
                device_id="d",
                person_id=1,
                payment_id=payment,
                stage=stage,
                minor=minor,
                redeem=redeem,
                settle_key=settled,
                discount=None if redeem else 0,
                programme="points",
                created=self.service.clock(),
            )
            session.add(row)
        return row.id

    def checkout(self, name):
        with self.store.reading() as session:
            return session.get_one(CheckoutRow, name)

    def captured(self, name):
        """Minor units that were captured for a checkout."""
        with self.store.reading() as session:
            return above.captured(session, session.get_one(CheckoutRow, name))

    def carry_out(self, step, token="", *, capture=True):
        processor.carry_out(self.service, step, token=token, capture=capture)

    def do(self, payment, kind, minor, token="", *, capture=True):
        """A step as it should be."""
        step = self.new_step(payment, kind, minor)
        self.carry_out(step, token, capture=capture)
        assert self.state(step) == StepState.DONE
        return step

    def settle(self, step, seconds=15.0):
        """Until it is settled; where that takes no confirmation, once it is given up."""
        until = time.monotonic() + seconds
        while self.state(step) == StepState.OPEN:
            if time.monotonic() > until:
                raise AssertionError("The step stays open.")
            if not processor.settle(self.service, step):
                self.passed += SERVICE.payment_given_up / 4
                time.sleep(0.05)

    def conclude(self, seconds=30.0):
        """What the housekeeping does, until nothing is open any more."""
        until = time.monotonic() + seconds
        while processor.open_steps(self.service) or steps.not_at_their_end(self.service):
            if time.monotonic() > until:
                raise AssertionError("Something stays open.")
            for step in processor.open_steps(self.service):
                processor.settle(self.service, step)
            steps.go_on_all(self.service)
            self.passed += SERVICE.payment_given_up / 3
            time.sleep(0.02)

    def state(self, step):
        with self.store.reading() as session:
            return session.get_one(PaymentStep, step).state

    def standing(self, payment):
        with self.store.reading() as session:
            return session.get_one(PaymentRow, payment).state

    def taken(self):
        """Minor units: captured and not refunded."""
        with self.store.reading() as session:
            rows = session.query(PaymentRow).all()
        paid = (PaymentState.CAPTURED, PaymentState.REFUNDED)
        return sum(row.minor - row.refunded for row in rows if row.state in paid)


def dump(database):
    """Every value of a SQLite file, as text."""
    books = sqlite3.connect(database)
    try:
        return "\n".join(books.iterdump())
    finally:
        books.close()
