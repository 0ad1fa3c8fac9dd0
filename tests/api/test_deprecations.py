"""What is deprecated says from which date it may be gone, and what to use instead."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [*(ROOT / "sdk" / "src").rglob("*.py"), *(ROOT / "plugins").glob("*/src/**/*.py")]
DATE = re.compile(r"\b20\d\d-[01]\d-[0-3]\d\b")
STABILITY = ROOT / "docs" / "reference" / "stability.md"


def deprecations(source):
    """The words of each warning of deprecation: ``warnings.warn`` and ``@deprecated``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and "eprecat" in ast.unparse(node).replace("'", '"'):
            called = ast.unparse(node.func).rpartition(".")[2]
            if called in ("warn", "deprecated"):
                yield "".join(
                    one.value
                    for one in ast.walk(node)
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                )


def wanting(source, changelog, page):
    """What is wrong with each deprecation in a source."""
    found = []
    for said in deprecations(source):
        dates = DATE.findall(said)
        if not dates:
            found.append(f"no date: {said}")
        elif not any(date in changelog and date in page for date in dates):
            found.append(f"not in the changelog and on the page about stability: {said}")
        if "instead" not in said:
            found.append(f"does not say what to use instead: {said}")
    return found


def test_every_deprecation_has_its_date_and_its_successor():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    page = STABILITY.read_text(encoding="utf-8")
    told = [
        problem
        for file in SOURCES
        for problem in wanting(file.read_text(encoding="utf-8"), changelog, page)
    ]
    assert told == []


def test_the_page_says_whether_anything_is_deprecated():
    nothing = not any(
        list(deprecations(file.read_text(encoding="utf-8")))
        for file in SOURCES
        if "eprecat" in file.read_text(encoding="utf-8")
    )
    assert ("Nothing is deprecated at present." in STABILITY.read_text(encoding="utf-8")) == nothing


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('warnings.warn("f goes on 2031-05-01; use g instead", DeprecationWarning)', 0),
        ('@deprecated("f goes on 2031-05-01; use g instead")\ndef f(): ...', 0),
        ('warnings.warn("f goes soon; use g instead", DeprecationWarning)', 1),
        ('warnings.warn("f goes on 2031-05-01", category=DeprecationWarning)', 1),
        ('warnings.warn("f goes on 2032-05-01; use g instead", DeprecationWarning)', 1),
        ('warnings.warn("f is slow", RuntimeWarning)', 0),
    ],
)
def test_one_without_a_date_would_be_seen(source, count):
    text = "f is deprecated: it goes on 2031-05-01; g instead"
    assert len(wanting(source, text, text)) == count
