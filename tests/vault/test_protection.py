"""What is kept at rest can be read with its own key in its own place alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thenar.errors import KeyUnavailable
from thenar.records import Hand, Signature
from thenar.vault.protection import protect, protect_template, reveal, reveal_template

KEY, OTHER = b"k" * 32, b"o" * 32


@given(st.binary(max_size=2000), st.text(max_size=50))
def test_revealed_is_what_was_protected(plain, bound):
    kept = protect(plain, KEY, bound=bound)
    assert reveal(kept, KEY, bound=bound) == plain
    assert kept != protect(plain, KEY, bound=bound)


@given(st.binary(min_size=1, max_size=60), st.data())
def test_anything_altered_is_refused(plain, data):
    kept = bytearray(protect(plain, KEY, bound="here"))
    at = data.draw(st.integers(0, len(kept) - 1))
    kept[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(KeyUnavailable):
        reveal(bytes(kept), KEY, bound="here")


@given(st.binary(max_size=40))
def test_noise_is_refused(noise):
    with pytest.raises(KeyUnavailable):
        reveal(noise, KEY, bound="here")


def test_another_key_or_place_reads_nothing():
    kept = protect(b"plain", KEY, bound="here")
    for key, bound in ((OTHER, "here"), (KEY, "there")):
        with pytest.raises(KeyUnavailable):
            reveal(kept, key, bound=bound)


def test_a_template_belongs_to_its_palm_and_tenant():
    random = np.random.default_rng(1)
    bits = random.integers(0, 2**63, (2, 128), dtype=np.uint64)
    mask = random.integers(0, 2**63, (2, 16), dtype=np.uint64)
    signature = Signature("blocks", 1, ("print", "vein"), bits, mask, Hand.LEFT, 80.0)
    kept = protect_template(signature, KEY, tenant="t", palm="p")
    again = reveal_template(kept, KEY, tenant="t", palm="p")
    assert np.array_equal(again.bits, bits)
    assert np.array_equal(again.mask, mask)
    assert (again.hand, again.aspects) == (signature.hand, signature.aspects)
    for tenant, palm in (("t", "q"), ("u", "p")):
        with pytest.raises(KeyUnavailable):
            reveal_template(kept, KEY, tenant=tenant, palm=palm)
    assert bits.tobytes()[:32] not in kept
