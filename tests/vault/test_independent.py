"""What others' libraries say: HPKE of pyhpke both ways, RFC 9421 of http-message-signatures."""

import time
from datetime import timedelta

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from http_message_signatures import (
    HTTPMessageVerifier,
    InvalidSignature,
    MappingKeyResolver,
    algorithms,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey

from thenar.errors import (
    EnvelopeAltered,
    EnvelopeMalformed,
    EnvelopeStale,
    EnvelopeUnknownDevice,
    EnvelopeVersion,
    EnvelopeWrongTenant,
    KeyUnavailable,
)
from thenar.messages import signing
from thenar.vault import captures, sealing

from .test_sealing import DEVICE, ENVELOPE, KEY, NOW, TENANT, Vault, crop, same

SUITE = CipherSuite.new(KEMId.DHKEM_X25519_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM)
HEADER = 70


def theirs(key):
    return KEMKey.from_pyca_cryptography_key(key)


def test_what_another_library_seals_the_vault_opens():
    crops = [crop(1), crop(2)]
    plain = captures.to_bytes(crops)
    header = bytearray(
        sealing.seal(
            crops,
            KEY.public_key(),
            use=sealing.Use.IDENTIFICATION,
            tenant=TENANT,
            device=DEVICE,
            now=NOW,
        )[:HEADER]
    )
    info = b"thenar envelope" + bytes(header)
    encapsulated, sender = SUITE.create_sender_context(theirs(KEY.public_key()), info=info)
    opened = Vault().open(bytes(header) + encapsulated + sender.seal(plain))
    assert all(same(a, b) for a, b in zip(crops, opened, strict=True))


def test_what_the_device_seals_another_library_opens():
    info = b"thenar envelope" + ENVELOPE[:HEADER]
    recipient = SUITE.create_recipient_context(
        ENVELOPE[HEADER : HEADER + 32], theirs(KEY), info=info
    )
    plain = recipient.open(ENVELOPE[HEADER + 32 :])
    assert same(captures.from_bytes(plain)[0], crop())


@settings(max_examples=20)
@given(st.binary(max_size=2000), st.binary(max_size=100))
def test_hpke_is_theirs_for_any_bytes(plain, info):
    key = X25519PrivateKey.generate()
    ours = sealing.SUITE.encrypt(plain, key.public_key(), info=info)
    assert (
        SUITE.create_recipient_context(ours[:32], theirs(key), info=info).open(ours[32:]) == plain
    )
    encapsulated, sender = SUITE.create_sender_context(theirs(key.public_key()), info=info)
    assert sealing.hpke_open(key, encapsulated + sender.seal(plain), info) == plain


FIELDS = [
    (range(1), EnvelopeVersion),
    (range(1, 2), EnvelopeMalformed),
    (range(2, 10), KeyUnavailable),
    (range(10, 26), EnvelopeWrongTenant),
    (range(26, 42), EnvelopeUnknownDevice),
    (range(42, 46), EnvelopeStale),
    (range(49, 50), EnvelopeAltered),
    (range(50, 66), EnvelopeAltered),
    (range(66, 70), EnvelopeMalformed),
    (range(70, 102), EnvelopeAltered),
    (range(102, len(ENVELOPE) - 16), EnvelopeAltered),
    (range(len(ENVELOPE) - 16, len(ENVELOPE)), EnvelopeAltered),
]


@pytest.mark.parametrize(
    ("places", "error"),
    FIELDS,
    ids=[
        "version",
        "use",
        "key",
        "tenant",
        "device",
        "time",
        "milliseconds",
        "nonce",
        "length",
        "encapsulated",
        "ciphertext",
        "tag",
    ],
)
@settings(max_examples=40)
@given(data=st.data())
def test_an_altered_byte_of_each_field_is_refused_for_what_it_is(places, error, data):
    altered = bytearray(ENVELOPE)
    at = data.draw(st.integers(places.start, places.stop - 1))
    altered[at] ^= data.draw(st.integers(1, 255))
    if places.start == 1 and altered[1] == sealing.Use.ENROLMENT:
        altered[1] = 7
    vault = Vault()
    with pytest.raises(error) as refused:
        vault.open(bytes(altered))
    assert type(refused.value) is error
    assert not vault.nonces


DEVICE_KEY = Ed25519PrivateKey.generate()
VERIFIER = HTTPMessageVerifier(
    signature_algorithm=algorithms.ED25519,
    key_resolver=MappingKeyResolver(public_keys={DEVICE: DEVICE_KEY.public_key()}, private_keys={}),
)
PATHS = st.sampled_from(["/v1/enrolments", "/v1/people/abc", "/v1/a%20b"])
QUERIES = st.sampled_from(["", "a=1", "cursor=WzFd&limit=3"])


def request(method, path, query, body, headers):
    url = f"https://palm.example{path}" + (f"?{query}" if query else "")
    return httpx.Request(method, url, headers=headers, content=body)


@settings(max_examples=30)
@given(
    method=st.sampled_from(["GET", "POST", "DELETE"]),
    path=PATHS,
    query=QUERIES,
    body=st.binary(max_size=200),
    key=st.text("abcdef0123456789", min_size=8, max_size=40),
)
def test_a_devices_signature_holds_by_an_independent_library(method, path, query, body, key):
    headers = {"idempotency-key": key, "x-request-id": "r" * 12}
    headers |= signing.sign(
        DEVICE_KEY, DEVICE, method=method, path=path, query=query, headers=headers, body=body
    )
    (result,) = VERIFIER.verify(
        request(method, path, query, body, headers),
        max_age=timedelta(seconds=60),
        require_components=("@method", "@path", "@query", "content-digest", "idempotency-key"),
        body=body,
    )
    assert result.parameters["keyid"] == DEVICE
    assert result.parameters["nonce"]
    assert result.parameters["created"] <= time.time()
    for other in (
        request("PUT", path, query, body, headers),
        request(method, path + "x", query, body, headers),
        request(method, path, query + "x", body, headers),
        request(method, path, query, body, {**headers, "idempotency-key": key + "x"}),
    ):
        with pytest.raises(InvalidSignature):
            VERIFIER.verify(other, body=body)
    with pytest.raises(InvalidSignature):
        VERIFIER.verify(request(method, path, query, body + b"x", headers), body=body + b"x")
