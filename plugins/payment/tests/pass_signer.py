"""A pass type's certificate, and the authority that stands in for Apple's."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from thenar_payment.passes import AppleSettings


def named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def certificate(name, key, issuer, issuer_key, *, ca=False):
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(issuer_key, SHA256())
    )


def new_keys():
    """Of the authority, and of the pass type."""
    return [rsa.generate_private_key(65537, 2048) for _ in range(2)]


def signer(folder, keys, **more):
    """Settings with their files in a folder."""
    authority, own = keys
    made = {
        "intermediate": certificate("WWDR", authority, "WWDR", authority, ca=True),
        "certificate": certificate("pass.example.club", own, "WWDR", authority),
    }
    files = {name: folder / f"{name}.pem" for name in (*made, "key")}
    for name, one in made.items():
        files[name].write_bytes(one.public_bytes(Encoding.PEM))
    files["key"].write_bytes(own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return AppleSettings("pass.example.club", "TEAM000001", "The Club", **files, **more)
