"""A pass for Apple Wallet: a zip with a manifest of digests, signed as PKCS #7.

Source: developer.apple.com/documentation/walletpasses ("Building a Pass").
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import zipfile
from pathlib import Path

import attrs
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs7 import (
    PKCS7Options,
    PKCS7SignatureBuilder,
)

from thenar.errors import SettingsError
from thenar.records import LoyaltyAccount
from thenar_payment.passes.icon import png

TYPE = "application/vnd.apple.pkpass"
"""The media type with which a pass is served."""
_KEY_BYTES = 32
_ICONS = {"icon.png": 29, "icon@2x.png": 58, "icon@3x.png": 87}
"""File → side in pixels; a pass without an icon is refused by the phone."""


@attrs.frozen
class AppleSettings:
    """Who signs the passes.

    Attributes:
        pass_type: the identifier that Apple gave, ``pass.com.example.club``.
        team: the team identifier.
        organisation: shown on the lock screen.
        certificate: file of the pass type's certificate, PEM.
        key: file of its private key, PEM, without a password.
        intermediate: file of Apple's intermediate certificate (WWDR), PEM.
        colour: of the pass, red, green and blue, 0..255.
        web_service: https address of :class:`~thenar_payment.passes.PassUpdates`; empty: the
            pass shows what it showed when it was made.
        token_key: file of at least 32 random bytes, from which each pass has a token of its
            own to ask that address with; needed with ``web_service``.
    """

    pass_type: str
    team: str
    organisation: str
    certificate: Path
    key: Path = attrs.field(repr=False)
    intermediate: Path
    colour: tuple[int, int, int] = (38, 70, 83)
    web_service: str = attrs.field(
        default="", validator=attrs.validators.matches_re(r"(https://\S+)?")
    )
    token_key: Path | None = attrs.field(default=None, repr=False)


def apple_pass(settings: AppleSettings, account: LoyaltyAccount) -> bytes:
    """A signed ``.pkpass`` of a member.

    Args:
        settings: who signs it.
        account: the member's standing.

    Raises:
        SettingsError: a certificate or key cannot be read, or is out of its time.
    """
    files = {"pass.json": _described(settings, account)}
    files |= {name: png(side, settings.colour) for name, side in _ICONS.items()}
    # SHA-1 is what the format asks for; the signature over the manifest is SHA-256's.
    manifest = json.dumps(
        {name: hashlib.sha1(data).hexdigest() for name, data in files.items()}  # noqa: S324
    ).encode("utf-8")
    files |= {"manifest.json": manifest, "signature": _signature(settings, manifest)}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def serial_of(account: LoyaltyAccount) -> str:
    """The number of a member's pass, always the same: 32 hex digits."""
    return hashlib.sha256(f"{account.programme} {account.member}".encode()).hexdigest()[:32]


def token_of(settings: AppleSettings, serial: str) -> str:
    """The secret with which a phone asks for one pass, 64 hex digits.

    Raises:
        SettingsError: ``token_key`` cannot be read, or is too short.
    """
    try:
        key = settings.token_key.read_bytes() if settings.token_key is not None else b""
    except OSError as error:
        raise SettingsError(f"token_key cannot be read ({type(error).__name__}).") from None
    if len(key) < _KEY_BYTES:
        raise SettingsError(
            f"token_key: expected at least {_KEY_BYTES} bytes, got {len(key)}.",
            remedy="make one: head -c 32 /dev/urandom > pass-token.key",
        )
    return hmac.new(key, f"{settings.pass_type} {serial}".encode(), hashlib.sha256).hexdigest()


def _described(settings: AppleSettings, account: LoyaltyAccount) -> bytes:
    serial = serial_of(account)
    asked = {}
    if settings.web_service:
        token = token_of(settings, serial)
        asked = {"webServiceURL": settings.web_service, "authenticationToken": token}
    tier = [{"key": "tier", "label": "Tier", "value": account.tier}] if account.tier else []
    described = {
        "formatVersion": 1,
        "passTypeIdentifier": settings.pass_type,
        "teamIdentifier": settings.team,
        "organizationName": settings.organisation,
        "serialNumber": serial,
        **asked,
        "description": f"{settings.organisation} membership",
        "backgroundColor": f"rgb{settings.colour}",
        "foregroundColor": "rgb(255, 255, 255)",
        "labelColor": "rgb(255, 255, 255)",
        "barcodes": [
            {
                "format": "PKBarcodeFormatQR",
                "message": account.member,
                "messageEncoding": "iso-8859-1",
                "altText": account.member,
            }
        ],
        "storeCard": {
            "headerFields": [
                {
                    "key": "points",
                    "label": "Points",
                    "value": account.points,
                    "changeMessage": "You now have %@ points",
                }
            ],
            "secondaryFields": [
                {"key": "member", "label": "Member", "value": account.member},
                *tier,
            ],
        },
    }
    return json.dumps(described, ensure_ascii=False).encode("utf-8")


def _signature(settings: AppleSettings, manifest: bytes) -> bytes:
    """Detached, with the time of signing and the intermediate certificate."""
    try:
        certificate = x509.load_pem_x509_certificate(settings.certificate.read_bytes())
        intermediate = x509.load_pem_x509_certificate(settings.intermediate.read_bytes())
        key = load_pem_private_key(settings.key.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise SettingsError(
            f"The pass cannot be signed: a certificate or key cannot be read "
            f"({type(error).__name__}).",
            remedy="give PEM files; the key without a password, readable by this user alone.",
        ) from None
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise SettingsError("The pass cannot be signed: expected an RSA or EC key.")
    builder = PKCS7SignatureBuilder().set_data(manifest).add_signer(certificate, key, SHA256())
    options = [PKCS7Options.DetachedSignature, PKCS7Options.Binary]
    return builder.add_certificate(intermediate).sign(Encoding.DER, options)
