"""A terminal with a simulated camera and reader, and a service that answers as told."""

import json
from uuid import uuid4

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from thenar.client import DeviceClient, DeviceIdentity
from thenar.device.liveness import BandsCheck, ColourCheck, PatternCheck
from thenar.device.terminal import Terminal, TerminalDoor
from thenar.messages import (
    Amount,
    DeviceReported,
    Enrolled,
    Enrolment,
    Forgotten,
    Identified,
    Identifying,
    LinkView,
    LoyaltyStanding,
    PassageRecorded,
    Payment,
    Problem,
)
from thenar.records import Hand, LinkKind, PaymentState
from thenar.synthetic import Person, empty, hover
from thenar.testing.simulated import (
    SimulatedBadgeDoor,
    SimulatedCamera,
    SimulatedCardReader,
    SimulatedClock,
    SimulatedGate,
    SimulatedProcessor,
)
from thenar.vault import sealing

SUBJECT = "abcdefghijklmnopqrstuvwxyz"
REQUEST = "0" * 32


class ScriptedService:
    """Plays the secure service at the level of HTTP, and opens what was sealed to it."""

    def __init__(self):
        self.key = X25519PrivateKey.generate()
        self.tenant, self.device = uuid4().hex, uuid4().hex
        self.requests = []
        self.captures = []
        self.recognises = True
        self.links = ()
        self.payment_states = [PaymentState.CAPTURED]
        self.refusal = None
        self.unreachable = {}

    def identity(self):
        return DeviceIdentity(
            tenant=self.tenant,
            site=uuid4().hex,
            device=self.device,
            name="till 1",
            key=Ed25519PrivateKey.generate(),
            seal_key=self.key.public_key(),
        )

    def drop(self, path, times):
        """The next requests to a path get no answer."""
        self.unreachable[path] = times

    def sent(self, path):
        return [request for request in self.requests if request["path"] == path]

    def __call__(self, request):
        path = request.url.path
        body = json.loads(request.content or b"{}")
        self.requests.append(
            {
                "method": request.method,
                "path": path,
                "body": body,
                "key": request.headers.get("idempotency-key"),
            }
        )
        if self.unreachable.get(path, 0) > 0:
            self.unreachable[path] -= 1
            raise httpx.ConnectError("no route")
        if self.refusal is not None and path == self.refusal[0]:
            problem = Problem(
                type="urn", title="no", status=409, detail="refused", code=self.refusal[1]
            )
            return httpx.Response(409, text=problem.model_dump_json())
        return httpx.Response(200, text=self.answer(request.method, path, body).model_dump_json())

    def answer(self, method, path, body):
        if path == "/v1/enrolments":
            asked = Enrolment.model_validate(body)
            self.open(asked.envelope, sealing.Use.ENROLMENT)
            return Enrolled(
                subject=SUBJECT, palms=asked.palms, algorithm="blocks 1", request_id=REQUEST
            )
        if path == "/v1/identifications":
            asked = Identifying.model_validate(body)
            self.open(asked.envelope, sealing.Use.IDENTIFICATION)
            if not self.recognises:
                return Identified(algorithm="blocks 1", reasons=("nobody",), request_id=REQUEST)
            return Identified(
                subject=SUBJECT,
                assertion=f"an assertion that is for {asked.purpose}",
                fmr=1e-9,
                algorithm="blocks 1",
                links=self.links,
                request_id=REQUEST,
            )
        if path == "/v1/payments" or path.startswith("/v1/payments/"):
            states = self.payment_states
            state = states.pop(0) if len(states) > 1 else states[0]
            amount = Amount(**body["amount"]) if body else Amount(minor=450, currency="EUR")
            return Payment(
                payment="f" * 32,
                state=state,
                amount=amount,
                refunded=Amount(minor=0, currency="EUR"),
                request_id=REQUEST,
            )
        if path == "/v1/loyalty":
            return LoyaltyStanding(programme="simulated", points=120, request_id=REQUEST)
        if path == "/v1/devices/standing":
            return DeviceReported(request_id=REQUEST)
        if path == "/v1/passages":
            return PassageRecorded(passage="e" * 32, request_id=REQUEST)
        assert (method, path) == ("DELETE", f"/v1/people/{SUBJECT}")
        return Forgotten(state="forgotten", request_id=REQUEST)

    def open(self, envelope, use):
        header = sealing.read_header(envelope)
        assert (header.use, header.tenant, header.device) == (use, self.tenant, self.device)
        self.captures.append(
            sealing.open_envelope(
                envelope,
                _Opener(self.key),
                use=use,
                tenant=self.tenant,
                device=self.device,
                is_active=lambda _: True,
                remember=lambda *_: True,
                now=header.time,
            )
        )


class _Opener:
    """The vault's side of the seal."""

    def __init__(self, key):
        self._key = key

    def open(self, key_id, sealed, info):
        return sealing.hpke_open(self._key, sealed, info)


@pytest.fixture(scope="session")
def visits():
    """One visit of a right and of a left palm, as frames."""
    person = Person(3)
    return {
        hand: list(hover(person.palm(hand), seed=1, fps=12, still=0.8, pause=0.25))
        for hand in (Hand.RIGHT, Hand.LEFT)
    }


@pytest.fixture
def clock():
    return SimulatedClock()


@pytest.fixture
def camera(clock):
    return SimulatedCamera(fps=12, background=empty(0), clock=clock)


@pytest.fixture
def service():
    return ScriptedService()


@pytest.fixture
def terminal(service, camera, clock, tmp_path):
    gate, door = SimulatedGate(), SimulatedBadgeDoor()
    with DeviceClient(
        "http://service", service.identity(), transport=httpx.MockTransport(service)
    ) as cloud:
        yield Terminal(
            source=camera.open(),
            cloud=cloud,
            checks=(PatternCheck(), ColourCheck(), BandsCheck()),
            state=tmp_path,
            card_reader=SimulatedCardReader(clock),
            payment=SimulatedProcessor(),
            doors={
                "north": TerminalDoor("north", "simulated-gate", gate),
                "office": TerminalDoor("office", "simulated-badge", door),
            },
            clock=clock.time,
        )


@pytest.fixture
def ticket(service, terminal):
    """A ticket that is sold, and linked to whoever is recognised."""
    terminal.doors["north"].door.sell("T-1")
    service.links = (
        LinkView(
            link="d" * 32, kind=LinkKind.TICKET, provider="simulated-gate", label="", value="T-1"
        ),
    )
