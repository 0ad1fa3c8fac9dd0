"""A real mosquitto, and a turnstile of which only the network is real."""

import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

PROGRAM = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin:/usr/bin")
PASSWORDS = {"gate": "gate's secret", "turnstile": "turnstile's secret", "other": "other's secret"}
ACL = """
user gate
topic readwrite stadium/north/3/#
user turnstile
topic readwrite stadium/north/3/#
user other
topic readwrite stadium/south/#
"""


_QOS = SubscribeOptions(qos=1)


class Broker:
    """mosquitto with TLS, passwords and an access list."""

    def __init__(self, folder):
        assert PROGRAM, "the tests need mosquitto; on Debian: sudo apt-get install mosquitto"
        self._folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.ca = folder / "ca.pem"
        _certificates(folder)
        passwords = folder / "passwords"
        tool = shutil.which("mosquitto_passwd") or "mosquitto_passwd"
        for number, (user, password) in enumerate(PASSWORDS.items()):
            new = ["-c"] if number == 0 else []
            subprocess.run([tool, "-b", *new, passwords, user, password], check=True)
        (folder / "acl").write_text(ACL)
        (folder / "mosquitto.conf").write_text(
            f"listener {self.port} 127.0.0.1\nset_tcp_nodelay true\n"
            f"allow_anonymous false\npassword_file {passwords}\nacl_file {folder / 'acl'}\n"
            f"cafile {self.ca}\ncertfile {folder / 'server.pem'}\nkeyfile {folder / 'server.key'}\n"
            "user root\n"
        )
        self._process = None

    def start(self):
        log = self._folder / "log"
        with log.open("ab") as sink:
            self._process = subprocess.Popen(
                [PROGRAM, "-c", self._folder / "mosquitto.conf"], stdout=sink, stderr=sink
            )
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                assert self._process.poll() is None, log.read_text()
                assert time.monotonic() < until, log.read_text()
                time.sleep(0.05)
            else:
                return

    def stop(self):
        self._process.terminate()
        self._process.wait(30)

    def client(self, user, session=""):
        client = Client(CallbackAPIVersion.VERSION2, session, protocol=MQTTProtocolVersion.MQTTv5)
        client.username_pw_set(user, PASSWORDS[user])
        client.tls_set_context(ssl.create_default_context(cafile=str(self.ca)))
        return client

    def connect(self, client, *, clean=True):
        """Connect and wait; a session that is not clean is kept for an hour."""
        connected = threading.Event()
        client.on_connect = lambda *_: connected.set()
        kept = Properties(PacketTypes.CONNECT)
        kept.SessionExpiryInterval = 0 if clean else 3600
        client.connect("127.0.0.1", self.port, clean_start=clean, properties=kept)
        client.loop_start()
        assert connected.wait(10)

    def settings(self, **more):
        keys = {
            "host": "127.0.0.1",
            "port": self.port,
            "topic": "stadium/north/3",
            "ca": str(self.ca),
            "username": "gate",
            "password": PASSWORDS["gate"],
            **more,
        }
        lines = (f"{key} = {json.dumps(value)}" for key, value in keys.items())
        return "[doors.north.opens.mqtt]\n" + "\n".join(lines)


class MqttHardware:
    """The other end of the topic: what a turnstile's controller does."""

    def __init__(self, broker):
        self.pulses = []
        self.gate = []
        self.outcome = "passed"
        self.silent = False
        self.held = []
        self._own = "ready"
        self._released = threading.Lock()
        self._client = broker.client("turnstile")
        self._client.will_set("stadium/north/3/state", "away", qos=1, retain=True)
        self._client.on_connect = self._on_connect
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", broker.port, keepalive=5)
        self._client.loop_start()

    def say(self, state):
        self._own = state
        self._say().wait_for_publish(5)

    def report(self, request, outcome):
        self._tell("outcome", {"request": request, "outcome": outcome})
        if request and self._released.locked():
            self._released.release()
            self._say()

    def _say(self):
        busy = self._own == "ready" and self._released.locked()
        state = "busy" if busy else self._own
        return self._client.publish("stadium/north/3/state", state, qos=1, retain=True)

    def vanish(self):
        """The power is cut: the broker publishes its last will."""
        self._client.loop_stop()
        self._client._sock_close()

    def reconnect(self):
        self._client.reconnect()

    def close(self):
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(self, client, *_):
        client.subscribe([(f"stadium/north/3/{what}", _QOS) for what in ("open", "gate", "hold")])
        self._say()

    def _on_message(self, _client, _data, message):
        if message.topic.endswith("/gate"):
            self.gate.append((message.payload.decode(), message.retain))
            return
        if message.topic.endswith("/hold"):
            self.held.append((message.payload.decode(), message.retain))
            if not self.silent:
                self._own = "held open" if message.payload == b"open" else "ready"
                self._say()
            return
        request = json.loads(message.payload)["request"]
        if not self.silent and not self._released.acquire(blocking=False):
            return  # released already, by this gate or another
        self.pulses.append(request)
        if not self.silent:
            self._say()
            self._tell("opened", {"request": request})
            if self.outcome:
                threading.Timer(0.1, self.report, args=(request, self.outcome)).start()

    def _tell(self, what, body):
        self._client.publish(f"stadium/north/3/{what}", json.dumps(body), qos=1)


def wait_until(what, seconds=60):
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture
def eventually():
    return wait_until


@pytest.fixture
def broker(tmp_path_factory):
    running = Broker(tmp_path_factory.mktemp("mosquitto"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def tripod(broker):
    hardware = MqttHardware(broker)
    yield hardware
    hardware.close()


@pytest.fixture
def roster(tmp_path):
    file = tmp_path / "badges.txt"
    file.write_text("17:4242  # Ada\n")
    return file


@pytest.fixture
def door(roster):
    """The settings of a door whose list has the badge 17:4242."""

    def write(opens, offline="fail closed"):
        return (
            f'[doors.north]\nprovider = "roster"\nbadges = "{roster}"\n'
            f'offline = "{offline}"\n{opens}\n'
        )

    return write


def _certificates(folder):
    """An authority of the site's own, and the broker's certificate."""
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "site")])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "broker")])
    now = datetime.now(UTC)

    def certificate(subject, public, ca):
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(ca_name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False
            )
            .sign(ca_key, hashes.SHA256())
            .public_bytes(serialization.Encoding.PEM)
        )

    (folder / "ca.pem").write_bytes(certificate(ca_name, ca_key.public_key(), ca=True))
    (folder / "server.pem").write_bytes(certificate(name, key.public_key(), ca=False))
    (folder / "server.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
