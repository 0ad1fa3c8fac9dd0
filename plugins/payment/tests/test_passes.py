"""Passes for phone wallets: openssl accepts the one's signature, PyJWT the other's."""

import hashlib
import io
import json
import subprocess
import zipfile

import cv2
import jwt
import numpy as np
import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from thenar.errors import SettingsError
from thenar.records import LoyaltyAccount
from thenar_payment.passes import GoogleSettings, apple_pass, google_link

from .pass_signer import new_keys, signer

MEMBER = LoyaltyAccount("pretix", "AB12CD", 120, "Gold ★")


@pytest.fixture(scope="module")
def keys():
    return new_keys()


@pytest.fixture
def apple(tmp_path, keys):
    return signer(tmp_path, keys)


def unpacked(packed):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def accepted(files, settings, tmp_path):
    """Whether openssl finds the manifest signed by whom the authority vouches for."""
    for name in ("manifest.json", "signature"):
        (tmp_path / name).write_bytes(files[name])
    command = ["openssl", "smime", "-verify", "-inform", "DER", "-binary"]
    command += ["-in", tmp_path / "signature", "-content", tmp_path / "manifest.json"]
    command += ["-CAfile", settings.intermediate, "-purpose", "any"]
    done = subprocess.run(command, capture_output=True, check=False)
    return done.returncode == 0


def test_openssl_accepts_the_signature(apple, tmp_path):
    files = unpacked(apple_pass(apple, MEMBER))
    assert accepted(files, apple, tmp_path)
    altered = files | {"manifest.json": files["manifest.json"].replace(b"pass", b"Pass")}
    assert not accepted(altered, apple, tmp_path)


def test_the_manifest_has_the_digest_of_every_file(apple):
    files = unpacked(apple_pass(apple, MEMBER))
    manifest = json.loads(files.pop("manifest.json"))
    del files["signature"]
    assert manifest == {name: hashlib.sha1(data).hexdigest() for name, data in files.items()}


def test_the_pass_shows_member_points_and_tier(apple):
    files = unpacked(apple_pass(apple, MEMBER))
    shown = json.loads(files["pass.json"])
    assert shown["barcodes"][0]["message"] == "AB12CD"
    assert shown["storeCard"]["headerFields"][0]["value"] == 120
    assert shown["storeCard"]["secondaryFields"][1]["value"] == "Gold ★"
    assert (shown["passTypeIdentifier"], shown["teamIdentifier"]) == (
        "pass.example.club",
        "TEAM000001",
    )
    again = json.loads(unpacked(apple_pass(apple, MEMBER))["pass.json"])
    assert again["serialNumber"] == shown["serialNumber"]


def test_the_icons_are_pictures(apple):
    files = unpacked(apple_pass(apple, MEMBER))
    for name, side in (("icon.png", 29), ("icon@2x.png", 58), ("icon@3x.png", 87)):
        picture = cv2.imdecode(np.frombuffer(files[name], np.uint8), cv2.IMREAD_COLOR)
        assert picture.shape == (side, side, 3)
        assert tuple(picture[0, 0][::-1]) == apple.colour


def test_a_key_that_cannot_be_read_is_said_without_it(apple):
    apple.key.write_text("-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n")
    with pytest.raises(SettingsError) as refused:
        apple_pass(apple, MEMBER)
    assert "secret" not in str(refused.value)


def test_google_can_verify_the_link(tmp_path, keys):
    own = keys[1]
    account = tmp_path / "account.json"
    private = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    email = "palm@club.iam.gserviceaccount.com"
    account.write_text(
        json.dumps({"client_email": email, "private_key": private, "private_key_id": "k1"})
    )
    settings = GoogleSettings("3388000000012345678", "club", account, ("https://club.example",))
    link = google_link(settings, MEMBER)
    start, _, token = link.rpartition("/")
    assert start == "https://pay.google.com/gp/v/save"
    public = own.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    claims = jwt.decode(token, public, algorithms=["RS256"], audience="google", issuer=email)
    assert jwt.get_unverified_header(token)["kid"] == "k1"
    assert claims["typ"] == "savetowallet"
    (membership,) = claims["payload"]["loyaltyObjects"]
    assert membership["classId"] == "3388000000012345678.club"
    assert membership["barcode"]["value"] == "AB12CD"
    assert membership["loyaltyPoints"]["balance"] == {"int": 120}
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token[:-8] + "AAAAAAAA", public, algorithms=["RS256"], audience="google")


def test_a_google_account_that_cannot_be_read_is_said(tmp_path):
    (tmp_path / "account.json").write_text("{}")
    with pytest.raises(SettingsError, match="KeyError"):
        google_link(GoogleSettings("1", "club", tmp_path / "account.json"), MEMBER)
