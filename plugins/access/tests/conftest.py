"""The device's flow at a door, the hardware behind it, and the table of faults.

Peers that are installed are kept in the folder that the environment variable
THENAR_PEERS names, ``~/.cache/thenar-peers`` by default.
"""

import sys
import threading
import time

import pytest
from pyModbusTCP.server import DataBank, ModbusServer

import thenar_access
from thenar.device import passage
from thenar.device.terminal import Terminal, TerminalDoor
from thenar.errors import CloudUnreachable
from thenar.messages import Identified, LinkView
from thenar.records import LinkKind

from . import fault_table
from .peers import environment

TABLE = pytest.StashKey[list]()
LEFT_OUT = pytest.StashKey[list]()


def pytest_configure(config):
    config.stash[TABLE] = []
    config.stash[LEFT_OUT] = []


def pytest_deselected(items):
    """Checks of a contract that nobody declared write no rows."""
    asked = [item for item in items if item.get_closest_marker("thenar_needs") is None]
    if asked:
        asked[0].config.stash[LEFT_OUT].extend(item.path for item in asked)


def pytest_collection_finish(session):
    """Notes which of the modules that write rows are not run as a whole."""
    missing = fault_table.modules() - {item.path for item in session.items}
    session.config.stash[LEFT_OUT].extend(missing)


def pytest_sessionfinish(session, exitstatus):
    """Where every test that writes rows was run, the page has no other rows."""
    rows = set(session.config.stash[TABLE])
    is_whole = not fault_table.modules() & set(session.config.stash[LEFT_OUT])
    if exitstatus or not is_whole:
        return
    if fault_table.IS_WRITING:
        fault_table.write(rows)
    elif stale := set(fault_table.published()) - rows:
        session.exitstatus = 1
        told = "\n".join(map(str, sorted(stale)))
        sys.stderr.write(f"\n{fault_table.PAGE}: no test shows these rows any longer:\n{told}\n")


@pytest.fixture(scope="session")
def peer():
    """Install packages in an environment of their own, once; locked while it is set up."""
    return environment


class Recorder:
    """The secure service, as far as a passage is recorded there."""

    def __init__(self):
        self.decisions, self.annulled = [], []
        self.is_away = False

    def annul_passage(self, door, passage, reason, *, at):
        if self.is_away:
            raise CloudUnreachable("The service does not answer.")
        self.annulled.append((passage, reason))

    def record_passage(self, door, decision, *, assertion, at, idempotency_key):
        self.decisions.append(decision)


class Host:
    """The device's own flow at the door ``north``; the recognition is left out."""

    def __init__(self, registry, folder, monkeypatch):
        self.recorder = Recorder()
        self.door = registry.door("north")
        self._provider = registry.settings.doors["north"]
        self._monkeypatch = monkeypatch
        self._terminal = Terminal(
            source=None,
            cloud=self.recorder,
            checks=(),
            state=folder,
            doors={"north": TerminalDoor("north", self._provider, self.door)},
        )

    def enter(self, *credentials):
        """The decision for somebody whose palm is linked to these."""
        links = tuple(
            LinkView(
                link="a" * 32,
                kind=LinkKind.TICKET,
                provider=self._provider,
                value=credential,
                label="",
            )
            for credential in credentials
        )
        recognised = Identified(
            subject="a" * 26,
            assertion="an assertion",
            fmr=1e-9,
            algorithm="blocks 1",
            links=links,
            request_id="b" * 32,
        )
        self._monkeypatch.setattr(passage, "identify", lambda *_, **__: recognised)
        decision = passage.enter(self._terminal, "north")
        assert self.recorder.decisions[-1] == decision
        return decision


@pytest.fixture
def host(thenar_register, thenar_registry, tmp_path, monkeypatch):
    """Make a host from the settings of its door."""
    thenar_register(thenar_access, "thenar-access")

    def make(settings):
        return Host(thenar_registry(settings), tmp_path, monkeypatch)

    return make


@pytest.fixture
def fault(request):
    """Write one line of the table, after the decision."""

    def write(link, what, decision, opened):
        did = "opened" if opened else "stayed shut"
        said = "allowed" if decision.allow else "denied"
        policy = f", policy {decision.offline}" if decision.offline else ""
        row = (link, what, did, f"{said}: {decision.reason}{policy}")
        request.config.stash[TABLE].append(row)
        if not fault_table.IS_WRITING:
            assert row in fault_table.published(), f"not in {fault_table.PAGE}: {row}"

    return write


class _Coils(DataBank):
    """Tells of each change of a coil."""

    def __init__(self, changed):
        super().__init__()
        self._changed = changed

    def on_coils_change(self, address, from_value, to_value, srv_info):
        self._changed(on=to_value)


class ModbusHardware:
    """A tripod turnstile: coil 0 releases; inputs 0 released, 1 rotated, 2 fire alarm."""

    def __init__(self):
        self.pulses = 0
        self._stuck = False
        self.people = True  # somebody walks through when it is released
        self.behind = 0  # and so many press through behind
        self.turning = 0.2  # seconds
        self._bank = _Coils(self._on_coil)
        self._server = ModbusServer("127.0.0.1", 0, no_block=True, data_bank=self._bank)

    def start(self):
        self._server.start()
        # Port 0: the system chose one.
        self.port = self._server._service.socket.getsockname()[1]

    def stop(self):
        self._server.stop()

    def settings(self, **more):
        lines = {"host": '"127.0.0.1"', "port": self.port, "coil": 0, "released": 0, "rotated": 1}
        lines |= {"passage_seconds": 0.5, **more}
        return "[doors.north.opens.modbus]\n" + "\n".join(f"{k} = {v}" for k, v in lines.items())

    @property
    def released(self):
        return self._bank.get_coils(0)[0]

    @property
    def stuck(self):
        return self._stuck

    @stuck.setter
    def stuck(self, stuck):
        self._stuck = stuck
        if not stuck and self.released:
            self._on_coil(on=True)

    def fire(self, *, on):
        self._bank.set_discrete_inputs(2, [on])

    def jam(self, *, free):
        """Somebody holds the arm, or it breaks: free without the coil."""
        self._bank.set_discrete_inputs(0, [free])

    def turn(self):
        """The arm turns once, whoever turns it."""
        self._bank.set_discrete_inputs(1, [True])
        time.sleep(self.turning)
        self._bank.set_discrete_inputs(1, [False])

    def _on_coil(self, *, on):
        if self._stuck:
            return
        self._bank.set_discrete_inputs(0, [on])
        if on:
            self.pulses += 1
            if self.people:
                threading.Thread(target=self._walk).start()

    def _walk(self):
        time.sleep(0.1)
        for _ in range(1 + self.behind):
            self.turn()
            time.sleep(0.2)

    def wait_until_locked(self):
        """Locked, and the arm at rest: the next person's rotation is one of its own."""
        until = time.monotonic() + 60
        while self.released or self._bank.get_discrete_inputs(1)[0]:
            assert time.monotonic() < until
            time.sleep(0.02)


@pytest.fixture
def turnstile():
    hardware = ModbusHardware()
    hardware.start()
    yield hardware
    hardware.stop()
