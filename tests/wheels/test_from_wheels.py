"""From built wheels in an empty environment: what ``thenar new`` makes, and the examples."""

import json

import pytest

from .conftest import EXAMPLES, KINDS, name_of


@pytest.fixture(scope="session")
def listed(environment):
    """What ``thenar plugins`` says of each, all of them enabled."""
    names = [*map(name_of, KINDS), *EXAMPLES]
    settings = environment.folder / "thenar.toml"
    settings.write_text(f"[plugins]\nenabled = {json.dumps(names)}\n")
    told = json.loads(environment.run("thenar", "plugins", "--json"))
    return {one["plugin"]: one for one in told["plugins"]}


def test_nothing_is_imported_from_the_checkout(environment):
    where = environment.run("python", "-c", "import thenar; print(thenar.__file__)")
    assert where.startswith(str(environment.folder))


@pytest.mark.parametrize("name", [*map(name_of, KINDS), *EXAMPLES])
def test_it_is_listed_as_active(listed, name):
    assert listed[name]["state"] == "active", listed[name]["reason"]
    assert listed[name]["provides"]


@pytest.mark.parametrize("name", [*map(name_of, KINDS), *EXAMPLES])
def test_its_tests_pass(outcomes, name):
    assert len(outcomes[name]["passed"]) > 10
    assert {how: tests for how, tests in outcomes[name].items() if how != "passed"} == {}


@pytest.mark.parametrize("kind", KINDS)
def test_its_settings_are_read(environment, kind):
    folder = environment.folder / "projects" / name_of(kind)
    told = json.loads(environment.run("thenar", "plugins", "--json", cwd=folder))
    (one,) = [one for one in told["plugins"] if one["plugin"] == name_of(kind)]
    assert one["state"] == "active", one["reason"]
    assert told["unread_tables"] == []


def test_thenar_new_writes_the_same_from_the_wheel(environment):
    into = environment.folder / "again"
    into.mkdir()
    environment.run("thenar", "new", "door", "acme-door", "--into", into)
    first = environment.folder / "projects" / "acme-door"
    written = {p.relative_to(into / "acme-door"): p.read_text() for p in files(into / "acme-door")}
    assert written == {p.relative_to(first): p.read_text() for p in files(first)}


def files(folder):
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and not {"__pycache__", "dist"} & set(path.parts)
    ]
