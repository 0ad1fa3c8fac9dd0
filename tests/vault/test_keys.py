"""Keys: the file, their versions, and people's own."""

import json
import sqlite3
from contextlib import closing

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from thenar.errors import EnvelopeAltered, KeyUnavailable, SettingsError
from thenar.vault.file_keys import FileKeys
from thenar.vault.keys import Wrapped
from thenar.vault.person_keys import PersonKeys
from thenar.vault.sealing import SUITE, key_id


@pytest.fixture
def file(tmp_path):
    return tmp_path / "keys" / "keys.json"


@pytest.fixture
def keys(file):
    return FileKeys.create(file)


def test_only_the_owner_can_read_the_file(file, keys):
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_others_can_read_is_refused_with_the_remedy(file, keys):
    file.chmod(0o640)
    with pytest.raises(KeyUnavailable, match="0640") as refused:
        FileKeys(file)
    assert "chmod 600" in refused.value.remedy


def test_a_file_is_never_replaced(file, keys):
    before = file.read_bytes()
    with pytest.raises(FileExistsError):
        FileKeys.create(file)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"seal": ["AA=="], "master": [], "signing": [], "index": []}', '{"seal": 1}'],
)
def test_what_is_not_a_key_file_is_refused(file, keys, text):
    file.write_text(text)
    with pytest.raises(KeyUnavailable):
        FileKeys(file)


def test_keys_are_the_same_after_a_restart(file, keys):
    again = FileKeys(file)
    wrapped = keys.wrap(b"k" * 32, b"whose")
    assert again.unwrap(wrapped, b"whose") == b"k" * 32
    assert again.derive("x") == keys.derive("x") != keys.derive("y")
    assert again.signing_key()[0] == keys.signing_key()[0]


def test_a_wrapped_key_is_bound_to_whose_it_is(keys):
    wrapped = keys.wrap(b"k" * 32, b"Ada")
    with pytest.raises(KeyUnavailable):
        keys.unwrap(wrapped, b"Ben")
    with pytest.raises(KeyUnavailable):
        keys.unwrap(Wrapped(7, wrapped.data), b"Ada")
    altered = wrapped.data[:-1] + bytes([wrapped.data[-1] ^ 1])
    with pytest.raises(KeyUnavailable):
        keys.unwrap(Wrapped(1, altered), b"Ada")


def test_after_rotation_old_data_is_still_read(keys):
    old_public, old_signing = keys.seal_key(), keys.signing_key()[0]
    wrapped = keys.wrap(b"k" * 32, b"whose")
    newer = keys
    for kind in ("master", "seal", "signing"):
        keys.rotate(kind)
    assert newer.unwrap(wrapped, b"whose") == b"k" * 32
    assert newer.wrap(b"k" * 32, b"whose").version == 2
    assert old_signing in newer.verification_keys()
    assert newer.signing_key()[0] != old_signing
    assert key_id(newer.seal_key()) != key_id(old_public)
    sealed = SUITE.encrypt(b"captures", old_public, info=b"info")
    assert newer.open(key_id(old_public), sealed, b"info") == b"captures"


def test_a_master_key_that_is_retired_is_destroyed_and_the_others_keep_their_versions(file, keys):
    old = keys.wrap(b"k" * 32, b"whose")
    keys.rotate("master")
    kept = keys.wrap(b"k" * 32, b"whose")
    before = file.read_text()
    also = file.with_name("another-name-of-the-old-file")
    also.hardlink_to(file)
    assert keys.retire() == 1
    assert set(also.read_bytes()) == {0}, "what lay on the disk is overwritten"
    assert json.loads(before)["master"][0] not in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    for held in (keys, FileKeys(file)):
        assert held.unwrap(kept, b"whose") == b"k" * 32
        with pytest.raises(KeyUnavailable, match="no master key of version 1"):
            held.unwrap(old, b"whose")
    assert keys.retire() == 0
    keys.rotate("master")
    assert FileKeys(file).wrap(b"k" * 32, b"whose").version == 3
    assert FileKeys(file).unwrap(kept, b"whose") == b"k" * 32


def test_only_known_kinds_are_rotated(keys):
    with pytest.raises(KeyUnavailable, match="index"):
        keys.rotate("index")


def test_opening_needs_the_key_and_the_info(keys):
    sealed = SUITE.encrypt(b"captures", keys.seal_key(), info=b"info")
    with pytest.raises(EnvelopeAltered):
        keys.open(key_id(keys.seal_key()), sealed, b"other info")
    with pytest.raises(KeyUnavailable):
        keys.open(key_id(X25519PrivateKey.generate().public_key()), sealed, b"info")


def test_the_repr_of_a_wrapped_key_hides_it(keys):
    assert "data" not in repr(keys.wrap(b"k" * 32, b"whose"))


@pytest.fixture
def people(tmp_path, keys):
    opened = PersonKeys(f"sqlite:///{tmp_path / 'people.sqlite'}", keys)
    yield opened
    opened.close()


def files_of(folder):
    return b"".join(path.read_bytes() for path in folder.glob("people.sqlite*"))


def test_every_person_has_another_key(people):
    made = {people.create(f"{n:032x}") for n in range(20)}
    assert len(made) == 20
    assert set(people.get_all(f"{n:032x}" for n in range(20)).values()) == made


def test_a_destroyed_key_is_nowhere_in_the_files(people, tmp_path, keys):
    names = [f"{n:032x}" for n in range(60)]
    for name in names:
        people.create(name)
    stored = {name: stored_key(tmp_path, name) for name in names}
    for name in names[::2]:
        people.destroy(name)
        people.destroy(name)
    raw = files_of(tmp_path)
    for name in names[::2]:
        with pytest.raises(KeyUnavailable):
            people.get(name)
        assert stored[name] not in raw
        assert stored[name][12:44] not in raw
    for name in names[1::2]:
        assert stored[name] in raw, "the test must be able to find what is there"
        people.get(name)


def stored_key(folder, name):
    with closing(sqlite3.connect(folder / "people.sqlite")) as connection:
        row = connection.execute("SELECT wrapped FROM person_key WHERE person = ?", (name,))
        return row.fetchone()[0]


def test_rotation_rewraps_and_leaves_no_old_wrapping(people, tmp_path, keys):
    name = "1" * 32
    key = people.create(name)
    old = stored_key(tmp_path, name)
    keys.rotate("master")
    assert people.rewrap() == 1
    assert people.rewrap() == 0
    assert people.get(name) == key
    assert old not in files_of(tmp_path)


def test_a_database_in_memory_is_refused(keys):
    for url in ("sqlite://", "sqlite:///:memory:", "mysql://host/database", "nothing"):
        with pytest.raises(SettingsError, match="SQLite file"):
            PersonKeys(url, keys)
