"""The page on site policies shows a policy that works, and says what the program says."""

import re
from datetime import datetime

import pytest

from thenar.access import Holder, Policy, Scene, judge
from thenar.errors import SettingsError


@pytest.fixture
def page(root):
    return (root / "docs/how-to/site-policy.md").read_text(encoding="utf-8")


@pytest.fixture
def shown(page):
    return re.search(r"```toml\n(timezone.*?)```", page, re.DOTALL)[1]


def flat(text):
    return " ".join(text.split())


def test_the_mistake_is_told_as_the_page_says(page, shown):
    wrong = shown.replace('schedule = "office"', 'schedule = "ofice"', 1)
    with pytest.raises(SettingsError) as error:
        Policy.parse(wrong, file="headquarters.toml")
    assert error.value.message in flat(page)


def test_the_explanation_is_what_the_rules_say(page, shown):
    policy = Policy.parse(shown, file="headquarters.toml")
    ada = Holder("ada", frozenset({"anybody", "listed", "group:engineering"}))
    at = datetime(2026, 12, 24, 17, 30, tzinfo=policy.zone).timestamp()
    judged = judge(policy, ada, "lobby", at, Scene())
    assert judged.reason in flat(page)
    for step in judged.steps:
        mark = "✓" if step.holds else "✗"
        assert f"{mark} {step.rule} {step.said[:38]}" in flat(page)
        if policy.document.value(step.path) and step.path:
            assert f"headquarters.toml, line {policy.document.line(step.path)}, …" in page
