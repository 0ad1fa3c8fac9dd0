"""Template keys: a tenant's own, renewed by counting up."""

import numpy as np
import pytest

from thenar.records import Hand, Probe, Signature
from thenar.vault.file_keys import FileKeys
from thenar.vault.protection import protect_template, renew_template, reveal_template
from thenar.vault.tenant_keys import TemplateKeys

KEY = b"k" * 32
PLACE = {"tenant": "t", "palm": "p"}


@pytest.fixture
def keys(tmp_path):
    return FileKeys.create(tmp_path / "keys.json")


@pytest.fixture
def signature():
    bits = np.random.default_rng(1).integers(0, 2**64, (1, 128), np.uint64)
    whole = np.full((1, 16), 2**64 - 1, np.uint64)
    return Signature("blocks", 1, ("print",), bits, whole, Hand.LEFT)


def test_every_tenant_and_version_has_a_key_of_its_own(keys, tmp_path):
    first, second = TemplateKeys(keys, 1), TemplateKeys(keys, 2)
    other = TemplateKeys(FileKeys.create(tmp_path / "other.json"), 1)
    given = {first.key("t"), first.key("u"), second.key("t"), other.key("t")}
    assert len(given) == 4
    assert {len(key) for key in given} == {32}
    assert TemplateKeys(FileKeys(tmp_path / "keys.json"), 1).key("t") == first.key("t")
    assert TemplateKeys(keys, 0).key("t") == b""


@pytest.mark.parametrize("before", [0, 1, 2])
@pytest.mark.parametrize("after", [0, 1, 2])
def test_templates_come_under_the_newest_version_whatever_they_were_stored_under(
    keys, signature, before, after
):
    old, new = TemplateKeys(keys, before), TemplateKeys(keys, after)
    kept = protect_template(old.protected(signature, "t"), KEY, **PLACE, version=before)
    expected = new.protected(signature, "t").bits
    assert np.array_equal(reveal_template(kept, KEY, **PLACE, templates=new).bits, expected)
    renewed = renew_template(kept, KEY, **PLACE, templates=new)
    assert (renewed is None) == (before == after)
    if renewed:
        assert np.array_equal(reveal_template(renewed, KEY, **PLACE).bits, expected)


def test_what_leaves_signature_making_is_not_what_was_made(keys, signature):
    templates = TemplateKeys(keys, 1)
    protected = templates.protected(signature, "t")
    differ = np.bitwise_count(protected.bits ^ signature.bits).sum() / (64 * 128)
    assert 0.45 < differ < 0.55
    planes = np.zeros((1, 1, 128, 128), np.uint8)
    probe = Probe("blocks", 1, ("print",), planes, np.ones((1, 128, 128), np.bool_))
    assert templates.presented(probe, "t").key == templates.key("t")
    assert TemplateKeys(keys, 0).presented(probe, "t").key == b""
