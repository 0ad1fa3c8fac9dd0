"""Every way in which an envelope can be wrong is refused, each with its own error."""

import struct

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from thenar.errors import (
    EnvelopeAltered,
    EnvelopeMalformed,
    EnvelopeReplayed,
    EnvelopeStale,
    EnvelopeUnknownDevice,
    EnvelopeVersion,
    EnvelopeWrongTenant,
    InvalidRecord,
    KeyUnavailable,
    SealError,
)
from thenar.records import Band, Hand, PalmCrop, Pose
from thenar.vault import captures, sealing

TENANT, DEVICE, OTHER = "a" * 32, "b" * 32, "c" * 32
NOW = 1_800_000_000.0
KEY, OTHER_KEY = X25519PrivateKey.generate(), X25519PrivateKey.generate()


class Keys:
    def open(self, key_id, sealed, info):
        if key_id != sealing.key_id(KEY.public_key()):
            raise KeyUnavailable("another key")
        return sealing.hpke_open(KEY, sealed, info)


def crop(seed=0, *, bands=(Band.NIR,), hand=Hand.LEFT, quality=50.0, pose=None):
    random = np.random.default_rng(seed)
    shapes = {band: (128, 128, 3) if band is Band.RGB else (128, 128) for band in bands}
    return PalmCrop(
        bands={band: random.integers(0, 256, shapes[band], dtype=np.uint8) for band in bands},
        mask=random.random((128, 128)) < 0.8,
        hand=hand,
        quality=quality,
        pose=pose or Pose(),
    )


def seal(*crops, use=sealing.Use.IDENTIFICATION, tenant=TENANT, device=DEVICE, now=NOW, to=KEY):
    return sealing.seal(
        crops or [crop()], to.public_key(), use=use, tenant=tenant, device=device, now=now
    )


class Vault:
    """Opens envelopes as the service does, with its own memory for nonces."""

    def __init__(self):
        self.nonces = set()

    def remember(self, nonce, until):
        new = nonce not in self.nonces
        self.nonces.add(nonce)
        return new

    def open(self, envelope, *, use=sealing.Use.IDENTIFICATION, now=NOW, active=True):
        return sealing.open_envelope(
            envelope,
            Keys(),
            use=use,
            tenant=TENANT,
            device=DEVICE,
            is_active=lambda device: active,
            remember=self.remember,
            now=now,
        )


ENVELOPE = seal()


def same(a, b):
    return (
        a.bands.keys() == b.bands.keys()
        and all(np.array_equal(a.bands[band], b.bands[band]) for band in a.bands)
        and np.array_equal(a.mask, b.mask)
        and (a.hand, a.quality, a.pose) == (b.hand, b.quality, b.pose)
    )


BANDS = st.lists(st.sampled_from(Band), min_size=1, unique=True)
CROPS = st.builds(
    crop,
    st.integers(0, 2**32),
    bands=BANDS,
    hand=st.sampled_from(Hand),
    quality=st.floats(0, 100),
    pose=st.builds(
        Pose,
        roll=st.floats(-180, 180),
        tilt=st.floats(0, 90),
        side=st.floats(1, 1e6),
        centre=st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)),
        palm_width=st.floats(0, 1e6),
    ),
)


@given(st.lists(CROPS, min_size=1, max_size=3))
def test_what_is_sealed_is_what_is_opened(crops):
    opened = Vault().open(seal(*crops))
    assert len(opened) == len(crops)
    assert all(same(a, b) for a, b in zip(crops, opened, strict=True))


@given(at=st.integers(0, len(ENVELOPE) - 1), bit=st.integers(0, 7))
def test_any_altered_bit_is_refused(at, bit):
    altered = bytearray(ENVELOPE)
    altered[at] ^= 1 << bit
    vault = Vault()
    with pytest.raises((SealError, KeyUnavailable)):
        vault.open(bytes(altered))
    assert not vault.nonces, "only genuine envelopes may fill the memory for nonces"


@given(st.integers(70, len(ENVELOPE) - 1), st.integers(0, 7))
def test_an_altered_body_is_altered(at, bit):
    altered = bytearray(ENVELOPE)
    altered[at] ^= 1 << bit
    with pytest.raises(EnvelopeAltered):
        Vault().open(bytes(altered))


@pytest.mark.parametrize("at", [range(42, 50), range(50, 66)], ids=["time", "nonce"])
def test_the_bound_header_cannot_be_changed(at):
    altered = bytearray(ENVELOPE)
    altered[at[-1]] ^= 1
    with pytest.raises(EnvelopeAltered):
        Vault().open(bytes(altered))


@given(st.integers(0, len(ENVELOPE) - 1))
def test_truncated_is_malformed(length):
    with pytest.raises(EnvelopeMalformed):
        Vault().open(ENVELOPE[:length])


@given(st.binary(min_size=1, max_size=50))
def test_longer_is_malformed(more):
    with pytest.raises(EnvelopeMalformed):
        Vault().open(ENVELOPE + more)


def test_oversized_is_malformed_before_anything_is_decrypted():
    with pytest.raises(EnvelopeMalformed, match="at most"):
        Vault().open(ENVELOPE + bytes(sealing.LONGEST))


@given(st.binary(max_size=400))
def test_noise_is_refused(noise):
    with pytest.raises(SealError):
        Vault().open(noise)


@given(st.integers(0, 255).filter(lambda version: version != sealing.VERSION))
def test_another_version_is_named(version):
    with pytest.raises(EnvelopeVersion):
        Vault().open(bytes([version]) + ENVELOPE[1:])


@given(st.floats(60.01, 1e8))
def test_stale_both_ways(seconds):
    with pytest.raises(EnvelopeStale):
        Vault().open(ENVELOPE, now=NOW + seconds)
    with pytest.raises(EnvelopeStale):
        Vault().open(ENVELOPE, now=NOW - seconds)


@given(st.floats(-59, 59))
def test_within_the_window_is_opened(seconds):
    assert Vault().open(ENVELOPE, now=NOW + seconds)


def test_replayed():
    vault = Vault()
    vault.open(ENVELOPE)
    with pytest.raises(EnvelopeReplayed):
        vault.open(ENVELOPE)
    assert vault.open(seal()), "the same captures sealed again are another envelope"


def test_wrong_tenant():
    with pytest.raises(EnvelopeWrongTenant):
        Vault().open(seal(tenant=OTHER))


def test_another_device_and_an_inactive_one():
    with pytest.raises(EnvelopeUnknownDevice):
        Vault().open(seal(device=OTHER))
    with pytest.raises(EnvelopeUnknownDevice):
        Vault().open(ENVELOPE, active=False)


def test_sealed_for_something_else():
    with pytest.raises(EnvelopeMalformed, match="enrolment"):
        Vault().open(seal(use=sealing.Use.ENROLMENT))


def test_sealed_to_another_key():
    with pytest.raises(KeyUnavailable):
        Vault().open(seal(to=OTHER_KEY))


def test_a_key_id_that_lies():
    lying = bytearray(seal(to=OTHER_KEY))
    lying[2:10] = sealing.key_id(KEY.public_key())
    with pytest.raises(EnvelopeAltered):
        Vault().open(bytes(lying))


def test_the_length_tells_only_the_bands():
    plain = PalmCrop({Band.NIR: np.zeros((128, 128), np.uint8)}, np.zeros((128, 128), bool))
    assert len(seal(plain)) == len(seal(crop(1))) == len(seal(crop(2)))


def test_no_capture_and_too_many_are_not_sealed():
    for crops in ([], [crop()] * 17):
        with pytest.raises(InvalidRecord):
            captures.to_bytes(crops)


@given(st.binary(max_size=3000))
def test_other_bytes_are_not_captures(data):
    with pytest.raises(EnvelopeMalformed):
        captures.from_bytes(data)


def test_captures_with_an_impossible_quality_are_malformed():
    data = bytearray(captures.to_bytes([crop()]))
    data[3:11] = struct.pack(">d", float("nan"))
    with pytest.raises(EnvelopeMalformed, match="quality"):
        captures.from_bytes(bytes(data))


def test_infinite_positions_are_malformed():
    data = bytearray(captures.to_bytes([crop()]))
    data[35:43] = struct.pack(">d", float("inf"))
    with pytest.raises(EnvelopeMalformed):
        captures.from_bytes(bytes(data))
