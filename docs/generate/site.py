"""A service on loopback with a small chain of shops in it, for photographs of its pages.

Nobody in it exists: names, cards and visits are made up here.
"""

import contextlib
import math
import random
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import attrs
import uvicorn
from sqlalchemy.orm import Session

from thenar.cloud import CloudSettings, Services, audit, create_app, people
from thenar.cloud.admin import staff
from thenar.cloud.service import Service
from thenar.cloud.tables import (
    Device,
    DeviceHour,
    DeviceState,
    LinkRow,
    Palm,
    PaymentRow,
    Person,
    Role,
    Site,
    Standing,
    Tenant,
    identifier,
)
from thenar.matching import NumpyMatcher
from thenar.messages import NewLink, Purpose
from thenar.records import LinkKind
from thenar.signature import BlockCode
from thenar.testing.simulated import SimulatedNotifier
from thenar.vault.protection import protect

DAY = 86400.0
ADA, EVE = "ada@example.org", "eve@example.org"


@attrs.frozen(eq=False)
class Shop:
    """The running service, and where its pages are."""

    url: str
    tenant: str
    service: Service
    notifier: SimulatedNotifier

    @property
    def portal(self) -> str:
        """Where customers go."""
        return f"{self.url}/portal/{self.tenant}/"

    @property
    def admin(self) -> str:
        """Where staff go."""
        return f"{self.url}/admin/{self.tenant}/"


@contextlib.contextmanager
def shop(folder: Path) -> Iterator[Shop]:
    """Serve until the block ends."""
    notifier = SimulatedNotifier()
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    plugins = Services(BlockCode(), NumpyMatcher(), payment_name="visa", notifier=notifier)
    app = create_app(CloudSettings(folder=folder, issuer=url), plugins)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        tenant = _furnish(app.state.service)
        yield Shop(url, tenant, app.state.service, notifier)
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def _furnish(service: Service) -> str:
    tenant, now = identifier(), service.clock()
    with service.store.writing() as session:
        session.add(Tenant(id=tenant, name="Corner Shop", created=now - 400 * DAY))
        session.flush()
        devices = [one for place in PLACES for one in _devices(session, tenant, *place)]
        session.flush()
        _work(session, tenant, devices, now)
    _customer(service, tenant, devices, now)
    staff.add(service, tenant, EVE, Role.OWNER, actor="administrator", request_id="")
    return tenant


PLACES = (("High Street", ("Till 1", "Till 2", "Till 3")), ("Station", ("Kiosk", "Till 1")))
DID = (
    ("palm.recognised", {"purpose": "pay"}, 61),
    ("payment.asked", {"minor": 1240, "currency": "EUR"}, 60),
    ("palm.recognised", {"purpose": "loyalty"}, 25),
    ("loyalty.accrue", {"points": 12, "programme": "Corner points"}, 25),
    ("palm.not-recognised", {"purpose": "pay"}, 4),
    ("person.enrolled", {"palms": 1, "links": 1, "consent": "terms 3 en"}, 5),
    ("person.forgotten", {"palms": 1, "links": 2}, 1),
)


def _work(session: Session, tenant: str, devices: list[str], now: float) -> None:
    """A day of five devices: one in trouble, one silent."""
    chance = random.Random(3)
    for number, device in enumerate(devices):
        camera = "uvc" if number < 3 else "genicam"
        told = {"version": "0.1.0", "camera": camera, "trouble": ""}
        seen = now - chance.uniform(2, 50)
        if number == 1:
            told["trouble"] = "camera-unavailable"
        if number == 3:
            seen = now - 5.2 * 3600
        session.add(Standing(device_id=device, seen=seen, reported=seen, **told))
        for back in range(24):
            hour = int(now // 3600) - back
            busy = max(0.05, math.sin((hour % 24 - 5) / 18 * math.pi))
            asked = int(busy * chance.uniform(60, 110)) if number != 3 or back > 5 else 0
            bad = int(asked * (0.12 if number == 1 and back < 3 else 0.01))
            session.add(
                DeviceHour(device_id=device, hour=hour, asked=asked, refused=bad, failed=bad // 3)
            )
    lines = [line for line in DID for _ in range(line[2])]
    chance.shuffle(lines)
    for number, (action, details, _) in enumerate(lines):
        audit.append(
            session,
            time=now - 20 * 3600 * (1 - number / len(lines)),
            tenant=tenant,
            actor=f"device {chance.choice(devices)}",
            action=action,
            about="" if action == "palm.not-recognised" else people.new_subject(),
            **details,
        )


def _devices(session: Session, tenant: str, place: str, tills: tuple[str, ...]) -> list[str]:
    site = Site(id=identifier(), tenant_id=tenant, name=place)
    session.add(site)
    session.flush()
    made = []
    for till in tills:
        device = Device(
            id=identifier(),
            tenant_id=tenant,
            site_id=site.id,
            name=till,
            state=DeviceState.ACTIVE,
            code="",
            code_expires=0.0,
        )
        session.add(device)
        session.flush()
        made.append(device.id)
    return made


VISITS = (
    (396.1, "person.enrolled", {"palms": 2, "links": 2, "consent": "terms 3 en"}),
    (395.9, "palm.recognised", {"purpose": "pay"}),
    (395.9, "payment.asked", {"minor": 2315, "currency": "EUR"}),
    (61.2, "palm.recognised", {"purpose": "loyalty"}),
    (61.2, "loyalty.accrue", {"points": 23, "programme": "Corner points"}),
    (40.7, "link.added", {"kind": "ticket", "provider": "Riverside Arena"}),
    (33.3, "palm.recognised", {"purpose": "enter"}),
    (33.3, "door.opened", {"door": "Gate C", "offline": ""}),
    (2.4, "palm.recognised", {"purpose": "pay"}),
    (2.4, "payment.asked", {"minor": 1240, "currency": "EUR"}),
    (2.4, "loyalty.accrue", {"points": 12, "programme": "Corner points"}),
)


def _customer(service: Service, tenant: str, devices: list[str], now: float) -> None:
    key_name = identifier()
    key = service.person_keys.create(key_name)
    person = Person(
        key=identifier(),
        fingerprint="",
        tenant_id=tenant,
        subject=people.new_subject(),
        key_name=key_name,
        consent_text="terms 3 en",
        consent_purposes=[Purpose.PAY.value, Purpose.LOYALTY.value, Purpose.ENTER.value],
        contact=protect(ADA.encode(), key, bound=f"contact {key_name}"),
        contact_index=people.contact_index(service.keys, tenant, ADA),
        created=now - 396.1 * DAY,
        palms=[_palm(hand, now - 396.1 * DAY) for hand in ("left", "right")],
        links=[
            _link(tenant, key, LinkKind.TICKET, "Riverside Arena", "Season ticket", now - 40 * DAY),
            _link(tenant, key, LinkKind.LOYALTY, "Corner points", "No. 4417 20", now - 396 * DAY),
            _link(tenant, key, LinkKind.PAYMENT, "visa", "Visa •••• 4242", now - 396 * DAY),
        ],
    )
    with service.store.writing() as session:
        session.add(person)
        session.flush()
        for days, minor in ((395.9, 2315), (2.4, 1240)):
            session.add(_payment(tenant, devices[0], person.id, minor, now - days * DAY))
        for days, action, details in VISITS:
            audit.append(
                session,
                time=now - days * DAY,
                tenant=tenant,
                actor=f"device {devices[0]}",
                action=action,
                about=person.subject,
                **details,
            )


def _palm(hand: str, created: float) -> Palm:
    return Palm(
        name=identifier(),
        hand=hand,
        algorithm="blocks",
        version=0,  # of no algorithm that runs, so that it is not loaded to be searched
        template=random.Random(1).randbytes(2077),
        created=created,
    )


def _link(
    tenant: str, key: bytes, kind: LinkKind, provider: str, label: str, created: float
) -> LinkRow:
    name = identifier()
    link = NewLink(kind=kind, provider=provider, value="none", label=label)
    return LinkRow(
        id=name,
        key=name,
        fingerprint="",
        tenant_id=tenant,
        kind=kind.value,
        provider=provider,
        content=people.protect_link(link, key, name),
        created=created,
    )


def _payment(tenant: str, device: str, person: int, minor: int, created: float) -> PaymentRow:
    return PaymentRow(
        tenant_id=tenant,
        device_id=device,
        person_id=person,
        assertion=identifier(),
        processor="visa",
        state="captured",
        minor=minor,
        currency="EUR",
        created=created,
    )
