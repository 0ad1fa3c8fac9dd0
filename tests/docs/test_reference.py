"""Nothing that is promised lacks its place in the reference."""

import inspect
import re
import tomllib
from pathlib import Path

import attrs
import click
import pytest

from thenar import errors, hookspecs, parameters, protocols, records
from thenar.registry.contracts import CONTRACTS
from thenar.settings import KINDS

ROOT = Path(__file__).parents[2]


def test_every_hook_has_its_text_and_a_protocol_that_exists(generators):
    from generate import hooks

    page = hooks.page()
    listed = re.findall(r"^## `(thenar_\w+)`$", page, re.MULTILINE)
    assert listed == [kind.hook for kind in KINDS.values()]
    for name in listed:
        hook = getattr(hookspecs, name)
        assert len(inspect.getdoc(hook) or "") > 10, name
        assert not inspect.signature(hook).parameters, name
        assert hasattr(protocols, hooks.protocol_of(name)), name


def test_every_kind_of_plugin_has_its_page_with_every_check(generators):
    from generate import PAGES, kinds

    assert list(kinds.names()) == list(KINDS) == list(CONTRACTS)
    assert set(kinds.SUITES) == set(KINDS)
    for kind, name in kinds.names().items():
        page = PAGES[f"how-to/plugins/{name}.md"]()
        suite = kinds.SUITES[kind]
        checks = [one for one in dir(suite) if one.startswith("test_")]
        assert len(checks) > 7
        for check in checks:
            assert inspect.getdoc(getattr(suite, check)), check
            assert f"| {check.removeprefix('test_').replace('_', ' ')} | " in page
        assert "acme_plug" not in page
        assert f"$ thenar new {name} acme-{name}" in page


ASPECTS = {
    *("happy path", "errors", "deadlines", "cancellation", "closing twice", "threads"),
    *("unicode", "clock", "hostile input", "scripted faults"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_suite_looks_at_every_aspect_or_says_why_not(generators, kind):
    from generate import kinds

    shown = kinds.aspects()[kind]
    assert set(shown) == ASPECTS
    for aspect, checks in shown.items():
        if isinstance(checks, str):
            assert aspect in {"cancellation", "unicode", "scripted faults"}, aspect
            assert len(checks) > 10
            assert checks.endswith(".")
        else:
            assert checks
            missing = [one for one in checks if not hasattr(kinds.SUITES[kind], f"test_{one}")]
            assert missing == [], aspect


def test_every_ability_is_needed_by_a_check_and_explained(generators):
    from generate import kinds

    from thenar.testing.contracts import Ability
    from thenar.testing.contracts._suite import needed

    used = {
        ability
        for suite in kinds.SUITES.values()
        for name in dir(suite)
        for ability in needed(getattr(suite, name))
    }
    assert used == set(Ability)
    page = (ROOT / "docs" / "how-to" / "test-a-plugin.md").read_text(encoding="utf-8")
    assert [one.name for one in Ability if f"`{one.name}`" not in page] == []


def test_every_error_has_a_remedy_and_every_remedy_an_error(generators):
    from generate import errors as pages

    codes = [one.code for one in pages.every()]
    assert len(codes) == len(set(codes))
    assert sorted(pages.remedies()) == sorted(codes)
    assert all(len(remedy) > 15 for remedy in pages.remedies().values())


def _is_error(one):
    return inspect.isclass(one) and issubclass(one, errors.ThenarError)


def test_every_error_is_in_the_drawn_tree():
    drawn = re.findall(r"[─ ]([A-Z]\w+)", inspect.getdoc(errors).split("A message says")[0])
    classes = [one.__name__ for one in vars(errors).values() if _is_error(one)]
    assert [name for name in classes if name not in drawn] == []


def test_every_error_says_what_it_means(generators):
    from generate import errors as pages

    page = pages.page()
    for one in pages.every():
        assert one.__dict__.get("__doc__"), one
        assert f"`{one.code} <thenar.errors.{one.__name__}>`" in page


def test_every_command_and_option_has_its_help(generators):
    from generate import commands

    page = commands.page()
    for path, command, _ in commands.every():
        assert f"## {path}\n" in page
        assert command.help, path
        for one in command.params:
            if isinstance(one, click.Option):
                assert one.help, (path, one.name)


def test_every_settings_key_says_what_it_means(generators):
    from generate import settings
    from generate.docstrings import attributes_of

    page = settings.page()
    seen = []
    for place, _, cls in settings.tables():
        seen.append(place)
        assert f"## `{place}`" in page
        meanings = attributes_of(cls)
        keys = [field.name for field in attrs.fields(cls)]
        assert [key for key in keys if not meanings.get(key)] == [], place
        assert [name for name in meanings if name not in keys] == [], place
    assert {"[plugins]", "[drivers]", "[device]", "[cloud]", "[camera.uvc]"} <= set(seen)


def test_every_parameter_has_a_unit_and_says_how_it_was_found(generators):
    from generate import parameters as pages

    page = pages.page()
    for group, name, _, unit, found in parameters.describe():
        assert unit, (group, name)
        assert found, (group, name)
        assert f"| `{name}` |" in page


def test_every_record_and_protocol_has_its_text():
    for name in records.__all__:
        one = getattr(records, name)
        if inspect.isclass(one):
            assert one.__dict__.get("__doc__"), name
    for name, one in vars(protocols).items():
        if getattr(one, "_is_protocol", False) and one.__module__ == protocols.__name__:
            for method, function in vars(one).items():
                if not method.startswith("_"):
                    assert inspect.getdoc(function), f"{name}.{method}"


def test_every_operation_of_the_http_api_has_its_text(generators):
    from generate import http_api

    page = http_api.page()
    operations = list(http_api.operations())
    assert len(operations) > 10
    for _, method, path, said in operations:
        assert f"### {method} {path}\n" in page
        assert said.get("description"), (method, path)


def test_architecture_has_every_layer_and_points_down(generators):
    from generate import architecture

    rows = architecture.layers()
    depth = {name: number for number, row in enumerate(rows) for name in row}
    packages, edges = architecture.imports()
    assert min(packages.values()) >= 1
    assert edges
    assert all(depth[above] < depth[below] for above, below in edges)
    svg = architecture.picture()
    for name in depth:
        assert f">{name}</text>" in svg


def test_fewer_arrows_say_the_same(generators):
    from generate.architecture import needed

    assert needed({("a", "b"), ("b", "c"), ("a", "c")}) == {("a", "b"), ("b", "c")}


def test_generated_pages_are_not_in_version_control(root, generators):
    from generate import PAGES

    ignored = (root / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert [name for name in PAGES if f"docs/{name}" not in ignored] == []


def test_docstrings_become_myst(generators):
    from generate.docstrings import attributes_of, text_of

    def example():
        """Uses ``x`` of :class:`a.B`.

        Attributes:
            one: its meaning,
                on two lines.
            two, three: theirs.
        """

    assert text_of(example) == "Uses `x` of {py:class}`a.B`."
    assert attributes_of(example) == {
        "one": "its meaning, on two lines.",
        "two": "theirs.",
        "three": "theirs.",
    }


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"])
def test_the_files_that_strangers_look_for_are_there(root, name):
    assert (root / name).stat().st_size > 300


def test_documented_make_targets_exist(root):
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for page in ("README.md", "CONTRIBUTING.md"):
        named = set(re.findall(r"\bmake ([a-z-]+)\b`", (root / page).read_text(encoding="utf-8")))
        assert named, page
        assert named <= targets, page


def test_tool_versions_in_the_decision_are_those_held(root):
    held = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    pins = {pin.split("==")[0] for pin in held["tool"]["uv"]["constraint-dependencies"]}
    told = (root / "docs/decisions/no-lock-file.md").read_text(encoding="utf-8")
    assert [pin for pin in pins if pin not in told] == []
