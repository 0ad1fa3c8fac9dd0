"""Our books: the secure service's own code and tables, without its web server and palms."""

import sqlite3
import time
from types import SimpleNamespace

from thenar.cloud import processor
from thenar.cloud.tables import (
    Device,
    PaymentRow,
    PaymentStep,
    Site,
    StepKind,
    StepState,
    Tables,
    Tenant,
    identifier,
)
from thenar.parameters import SERVICE
from thenar.records import PaymentState
from thenar.vault.storage import Store


class Till:
    """Writes a step down, has it carried out, and settles what is left open.

    Args:
        database: path of the service's SQLite file.
        payment: the processor.
    """

    def __init__(self, database, payment):
        self.database = database
        self.store = Store(f"sqlite:///{database}", Tables)
        self.passed = 0.0
        self.service = SimpleNamespace(
            store=self.store,
            plugins=SimpleNamespace(payment=payment, payment_name="any"),
            clock=lambda: time.time() + self.passed,
        )

    def close(self):
        self.store.close()

    def open_shop(self):
        """The rows that payments refer to."""
        with self.store.writing() as session:
            tenant = Tenant(id="t", name="tenant")
            session.add(tenant)
            session.flush()
            session.add(Site(id="s", tenant_id="t", name="site"))
            session.flush()
            session.add(
                Device(id="d", tenant_id="t", site_id="s", name="till", code="", code_expires=0.0)
            )

    def new_payment(self, minor):
        with self.store.writing() as session:
            row = PaymentRow(
                id=identifier(),
                tenant_id="t",
                device_id="d",
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
