"""The peers as fixtures, and servers that refuse."""

import ipaddress
import shutil
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import genicam
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from .peer import gige_camera, mjpeg_server, rtsp_server, wait_until


@pytest.fixture
def eventually():
    return wait_until


@pytest.fixture(scope="session")
def rtsp():
    with rtsp_server() as peer:
        yield peer


@pytest.fixture(scope="session")
def mjpeg():
    with mjpeg_server() as peer:
        yield peer


@pytest.fixture(scope="class")
def gige():
    with gige_camera() as peer:
        yield peer


@pytest.fixture
def producer(tmp_path):
    """The GenICam committee's own GenTL producer with three cameras."""
    return shutil.copy(Path(genicam.__file__).with_name("viky.cti"), tmp_path)


@pytest.fixture
def web():
    """A web server that answers as it is told: ``web(status, content_type, body)`` → address."""
    servers = []

    def serve(status, kind="text/html", body=b"<p>Hello"):
        class Told(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Told)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}/video"

    yield serve
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A camera's own certificate, and its key: files of a server at 127.0.0.1."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "camera")])
    now = datetime.now(UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "camera.pem").write_bytes(made.public_bytes(pem))
    (folder / "camera.key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    )
    return folder / "camera.pem", folder / "camera.key"
