"""A payment without an answer is given up only when its call cannot be under way any more."""

from types import SimpleNamespace

import pytest

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
from thenar.errors import PaymentUnknown
from thenar.parameters import HOST, SERVICE
from thenar.records import Money, PaymentState, Receipt
from thenar.vault.storage import Store


class SlowProcessor:
    """Knows of a charge only when the call that makes it has come through."""

    def __init__(self):
        self.charged = {}

    def charge(self, token, amount, *, idempotency_key, capture):
        raise PaymentUnknown("no answer within the deadline; the call runs on")

    def settle(self, key):
        return self.charged.get(key)


@pytest.fixture
def service(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'thenar.sqlite'}", Tables)
    payment = SlowProcessor()
    now = SimpleNamespace(time=1_000_000.0)
    yield SimpleNamespace(
        store=store,
        plugins=SimpleNamespace(payment=payment, payment_name="slow"),
        clock=lambda: now.time,
        now=now,
    )
    store.close()


def asked(service):
    with service.store.writing() as session:
        tenant = Tenant(id=identifier(), name="tenant")
        session.add(tenant)
        session.flush()
        site = Site(id=identifier(), tenant_id=tenant.id, name="site")
        session.add(site)
        session.flush()
        device = Device(
            id=identifier(),
            tenant_id=tenant.id,
            site_id=site.id,
            name="till",
            code="",
            code_expires=0.0,
        )
        session.add(device)
        session.flush()
        payment = PaymentRow(
            id=identifier(),
            tenant_id=tenant.id,
            device_id=device.id,
            assertion="assertion",
            processor="slow",
            state=PaymentState.UNKNOWN,
            minor=450,
            currency="EUR",
            created=service.clock(),
        )
        session.add(payment)
        session.flush()
        step = PaymentStep(
            id=identifier(),
            key="key",
            fingerprint="",
            tenant_id=tenant.id,
            payment_id=payment.id,
            kind=StepKind.CHARGE,
            minor=450,
            created=service.clock(),
        )
        session.add(step)
        session.flush()
    return payment.id, step.id


def standing(service, payment, step):
    with service.store.reading() as session:
        row = session.get_one(PaymentRow, payment)
        return row.state, session.get_one(PaymentStep, step).state


def test_minutes_lie_between_the_hosts_deadline_and_giving_up():
    assert SERVICE.payment_given_up >= HOST.payment_seconds + 300


@pytest.mark.parametrize("late", [21.0, HOST.payment_seconds + 1, HOST.payment_seconds + 240])
def test_a_charge_that_comes_through_after_the_deadline_is_kept(service, late):
    payment, step = asked(service)
    processor.carry_out(service, step, token="card")
    service.now.time += late
    assert not processor.settle(service, step)
    assert standing(service, payment, step) == (PaymentState.UNKNOWN, StepState.OPEN)

    service.plugins.payment.charged[step] = Receipt(
        "pay", PaymentState.CAPTURED, Money(450, "EUR"), step
    )
    assert processor.settle(service, step)
    assert standing(service, payment, step) == (PaymentState.CAPTURED, StepState.DONE)


def test_a_charge_that_never_arrived_is_given_up_in_the_end(service):
    payment, step = asked(service)
    processor.carry_out(service, step, token="card")
    service.now.time += SERVICE.payment_given_up + 1
    assert processor.settle(service, step)
    assert standing(service, payment, step) == (PaymentState.CANCELLED, StepState.LOST)
