"""Every threat names tests that are there; every border has its threats; the picture has all."""

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]


@pytest.fixture
def threats(generators):
    from generate import threat_model

    return threat_model.model()


def there(name):
    """Whether a test is in its file, at the top, where it is collected."""
    file, _, test = name.partition("::")
    path = TESTS / file
    if not path.exists():
        return False
    tree = ast.parse(path.read_text("utf-8"))
    return test.startswith("test_") and test in {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef)
    }


def test_each_named_test_is_there(threats):
    named = [name for threat in threats["threat"] for name in threat["tests"]]
    assert len(set(named)) > 60
    assert [name for name in named if not there(name)] == []


def test_a_test_that_is_not_there_is_noticed():
    assert there("docs/test_threat_model.py::test_each_named_test_is_there")
    assert not there("docs/test_threat_model.py::there")
    assert not there("docs/test_threat_model.py::test_of_nothing")
    assert not there("docs/test_nowhere.py::test_each_named_test_is_there")


def test_every_threat_has_a_defence_and_a_test(threats):
    for threat in threats["threat"]:
        assert threat["tests"], threat
        assert len(threat["defence"]) > 20, threat


def test_every_flow_is_between_known_ends_and_has_threats(threats):
    nodes, zones = ({one["name"] for one in threats[kind]} for kind in ("node", "zone"))
    flows = {flow["name"] for flow in threats["flow"]}
    assert {node["zone"] for node in threats["node"]} == zones
    assert {end for flow in threats["flow"] for end in (flow["from"], flow["to"])} == nodes
    assert {threat["flow"] for threat in threats["threat"]} == flows


def test_what_anybody_can_reach_is_looked_at_from_all_six_sides(threats):
    """Over the flows from outside of the service, taken together."""
    from generate.threat_model import STRIDE

    outside = {"F1", "F2", "F3", "F4", "F5"}
    kinds = {one["kind"] for one in threats["threat"] if one["flow"] in outside}
    assert kinds == set(STRIDE)
    assert {one["kind"] for one in threats["threat"] if one["flow"] == "F2"} == set(STRIDE)


def test_the_picture_and_the_page_have_all_of_it(threats):
    from generate import threat_model

    page, drawn = threat_model.page(), threat_model.picture(threats)
    words = " ".join(re.findall(r">([^<]+)<", drawn))
    for node in threats["node"]:
        assert all(word in words for word in node["title"].split()), node
    for flow in threats["flow"]:
        assert f"{flow['name']}: {flow['what']}" in drawn
        assert f"## {flow['name']}: " in page
    for threat in threats["threat"]:
        assert threat["what"] in page
