"""Keys from the environment and from a hardware module: the same to everybody who uses them."""

import json
import threading

import pytest

from thenar.errors import KeyUnavailable
from thenar.vault.environment_keys import EnvironmentKeys
from thenar.vault.file_keys import FileKeys
from thenar.vault.hardware_keys import HardwareKeys
from thenar.vault.keys import Wrapped
from thenar.vault.person_keys import PersonKeys
from thenar.vault.sealing import SUITE, key_id


@pytest.fixture
def open_hardware(token, tmp_path):
    opened = []

    def open_(**more):
        given = {"module": token.module, "token": token.label, "pin": token.pin}
        given |= {"path": tmp_path / "keys.json", **more}
        opened.append(HardwareKeys(**given))
        return opened[-1]

    yield open_
    for keys in opened:
        keys.close()  # may be closed already


@pytest.fixture(params=["file", "environment", "hardware"])
def keys(request, tmp_path, monkeypatch):
    if request.param == "hardware":
        return request.getfixturevalue("open_hardware")(create=True)
    file = FileKeys.create(tmp_path / "keys.json")
    if request.param == "file":
        return file
    monkeypatch.setenv("THENAR_KEYS", (tmp_path / "keys.json").read_text())
    return EnvironmentKeys("THENAR_KEYS")


def test_every_provider_keeps_the_promise(keys):
    wrapped = keys.wrap(b"k" * 32, b"whose")
    assert (wrapped.version, keys.master_version()) == (1, 1)
    assert keys.unwrap(wrapped, b"whose") == b"k" * 32
    for version, data, bound in (
        (1, wrapped.data, b"another"),
        (1, wrapped.data[:-1] + bytes([wrapped.data[-1] ^ 1]), b"whose"),
        (1, wrapped.data[:20], b"whose"),
        (2, wrapped.data, b"whose"),
        (0, wrapped.data, b"whose"),
    ):
        with pytest.raises(KeyUnavailable):
            keys.unwrap(Wrapped(version, data), bound)
    sealed = SUITE.encrypt(b"captures", keys.seal_key(), info=b"info")
    assert keys.open(key_id(keys.seal_key()), sealed, b"info") == b"captures"
    name, signing = keys.signing_key()
    keys.verification_keys()[name].verify(signing.sign(b"x"), b"x")
    assert keys.derive("a") == keys.derive("a") != keys.derive("b")


def test_keys_of_the_environment_are_no_childs_and_are_not_rotated(tmp_path, monkeypatch):
    FileKeys.create(tmp_path / "keys.json")
    monkeypatch.setenv("THENAR_KEYS", (tmp_path / "keys.json").read_text())
    keys = EnvironmentKeys("THENAR_KEYS")
    with pytest.raises(KeyUnavailable, match="THENAR_KEYS"):
        EnvironmentKeys("THENAR_KEYS")
    with pytest.raises(KeyUnavailable, match="makes no master"):
        keys.rotate("master")
    monkeypatch.setenv("THENAR_KEYS", "{}")
    with pytest.raises(KeyUnavailable, match="environment variable THENAR_KEYS"):
        EnvironmentKeys("THENAR_KEYS")


def test_a_key_added_to_the_environment_is_used_and_the_old_one_still_reads(tmp_path, monkeypatch):
    file = FileKeys.create(tmp_path / "keys.json")
    before = file.wrap(b"k" * 32, b"whose")
    file.rotate("master")
    monkeypatch.setenv("THENAR_KEYS", (tmp_path / "keys.json").read_text())
    keys = EnvironmentKeys("THENAR_KEYS")
    assert keys.master_version() == 2
    assert keys.unwrap(before, b"whose") == b"k" * 32


def test_a_key_blanked_in_the_environment_is_no_more(tmp_path, monkeypatch):
    file = FileKeys.create(tmp_path / "keys.json")
    old = file.wrap(b"k" * 32, b"whose")
    file.rotate("master")
    kept = file.wrap(b"k" * 32, b"whose")
    told = json.loads((tmp_path / "keys.json").read_text())
    told["master"][0] = ""
    monkeypatch.setenv("THENAR_KEYS", json.dumps(told))
    keys = EnvironmentKeys("THENAR_KEYS")
    assert keys.unwrap(kept, b"whose") == b"k" * 32
    with pytest.raises(KeyUnavailable, match="version 1"):
        keys.unwrap(old, b"whose")
    with pytest.raises(KeyUnavailable, match="destroys no keys"):
        keys.retire()
    told["master"][1] = ""
    monkeypatch.setenv("THENAR_KEYS", json.dumps(told))
    with pytest.raises(KeyUnavailable, match="32 bytes"):
        EnvironmentKeys("THENAR_KEYS")


def test_a_master_key_never_leaves_the_module(open_hardware, token):
    import pkcs11

    open_hardware(create=True).close()
    slot = pkcs11.lib(str(token.module)).get_token(token_label=token.label)
    with slot.open(user_pin=token.pin) as session:
        key = session.get_key(label="thenar-master-1")
        assert key[pkcs11.Attribute.SENSITIVE]
        assert not key[pkcs11.Attribute.EXTRACTABLE]
        with pytest.raises(pkcs11.AttributeSensitive):
            key[pkcs11.Attribute.VALUE]


def test_the_file_beside_a_module_is_worth_nothing_without_it(open_hardware, tmp_path):
    keys = open_hardware(create=True)
    text = (tmp_path / "keys.json").read_text()
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600
    assert set(json.loads(text)) == {"master", "keys"}
    keys.close()
    altered = json.loads(text)
    altered["keys"] = "AAAA" + altered["keys"][4:]
    for wrong in (json.dumps(altered), "{}", "", '{"master": 2, "keys": "AAAA"}'):
        (tmp_path / "keys.json").write_text(wrong)
        with pytest.raises(KeyUnavailable):
            open_hardware()
    (tmp_path / "keys.json").write_text(text)
    assert open_hardware().derive("x") == keys.derive("x")


def test_a_rotation_in_the_module_is_there_after_a_restart(open_hardware, tmp_path):
    keys = open_hardware(create=True)
    old, seal = keys.wrap(b"k" * 32, b"whose"), keys.seal_key()
    for kind in ("master", "seal", "signing"):
        keys.rotate(kind)
    assert json.loads((tmp_path / "keys.json").read_text())["master"] == 2
    signing = keys.signing_key()[0]
    keys.close()
    again = open_hardware()
    assert again.master_version() == 2
    assert again.unwrap(old, b"whose") == b"k" * 32
    assert again.wrap(b"k" * 32, b"whose").version == 2
    assert again.signing_key()[0] == signing
    sealed = SUITE.encrypt(b"captures", seal, info=b"info")
    assert again.open(key_id(seal), sealed, b"info") == b"captures"


def test_a_master_key_is_destroyed_in_the_module(open_hardware):
    keys = open_hardware(create=True)
    old = keys.wrap(b"k" * 32, b"whose")
    keys.rotate("master")
    kept = keys.wrap(b"k" * 32, b"whose")
    assert keys.retire() == 1
    keys.close()
    again = open_hardware()
    assert again.unwrap(kept, b"whose") == b"k" * 32
    with pytest.raises(KeyUnavailable, match="version 1"):
        again.unwrap(old, b"whose")
    again.rotate("master")
    assert again.master_version() == 3
    assert again.unwrap(kept, b"whose") == b"k" * 32


def test_a_module_is_used_by_several_threads_at_once(open_hardware, tmp_path):
    keys = open_hardware(create=True)
    people = PersonKeys(f"sqlite:///{tmp_path / 'people.sqlite'}", keys)
    made, wrong = {}, []

    def work(start):
        for number in range(start, start + 10):
            name = f"{number:032x}"
            made[name] = people.create(name)
            if people.get(name) != made[name]:
                wrong.append(name)

    threads = [threading.Thread(target=work, args=(start,)) for start in (0, 100, 200, 300)]
    for thread in threads:
        thread.start()
    keys.rotate("master")
    for thread in threads:
        thread.join()
    people.rewrap()
    assert wrong == []
    assert people.get_all(made) == made
    people.close()


@pytest.mark.parametrize("wrong", ["pin", "token", "module"])
def test_what_is_wrong_with_a_module_is_told_without_the_pin(open_hardware, tmp_path, wrong):
    open_hardware(create=True).close()
    given = {"pin": "000000", "token": "none", "module": tmp_path / "none.so"}[wrong]
    with pytest.raises(KeyUnavailable, match="cannot be used") as refused:
        open_hardware(**{wrong: given})
    assert "000000" not in str(refused.value)


def test_databases_whose_module_is_empty_are_not_served(open_hardware, tmp_path):
    (tmp_path / "keys.json").write_text("{}")
    (tmp_path / "keys.json").chmod(0o600)
    with pytest.raises(KeyUnavailable, match="thenar-master-1"):
        open_hardware()
