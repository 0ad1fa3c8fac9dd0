"""Signatures as bytes: round trip, golden file, and every kind of damage refused."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from thenar.errors import SignatureFormat
from thenar.records import Hand, Signature
from thenar.signature import from_bytes, to_bytes

names = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=20)


@st.composite
def signatures(draw):
    aspects = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    words, mask_words = draw(st.integers(1, 40)), draw(st.integers(1, 8))
    word = st.integers(0, 2**64 - 1)
    return Signature(
        draw(names),
        draw(st.integers(1, 65535)),
        aspects,
        draw(arrays(np.uint64, (len(aspects), words), elements=word)),
        draw(arrays(np.uint64, (len(aspects), mask_words), elements=word)),
        draw(st.sampled_from(Hand)),
        draw(st.integers(0, 10000)) / 100,
    )


@given(signatures())
def test_round_trip(signature):
    back = from_bytes(to_bytes(signature))
    assert np.array_equal(back.bits, signature.bits)
    assert np.array_equal(back.mask, signature.mask)
    for name in ("algorithm", "version", "aspects", "hand"):
        assert getattr(back, name) == getattr(signature, name)
    assert back.quality == pytest.approx(signature.quality, abs=0.005)


def small():
    bits = np.arange(8, dtype=np.uint64).reshape(2, 4)
    mask = np.full((2, 1), 2**64 - 1, np.uint64)
    return Signature("blocks", 1, ("print", "vein"), bits, mask, Hand.RIGHT, 87.5)


def test_golden_bytes():
    data = to_bytes(small())
    assert data[:22] == b"TNSG\x01\x02\x01\x00\x2e\x22\x04\x00\x01\x00\x02\x06blocks"
    digest = hashlib.sha256(data).hexdigest()
    assert digest == "1293685283a780134c3d6191a39cf53339795b0fc6d0b32a3c21c65f86387d5c"


@given(st.data())
def test_any_changed_byte_is_refused(data):
    good = bytearray(to_bytes(small()))
    at = data.draw(st.integers(0, len(good) - 1))
    good[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SignatureFormat):
        from_bytes(bytes(good))


@given(st.integers(0, 200))
def test_any_truncation_is_refused(length):
    data = to_bytes(small())
    if length < len(data):
        with pytest.raises(SignatureFormat):
            from_bytes(data[:length])


@given(st.binary(max_size=200))
def test_other_bytes_are_refused(data):
    with pytest.raises(SignatureFormat):
        from_bytes(data)
