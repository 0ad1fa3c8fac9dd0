"""Counting the checks of contract suites: how many ran, of how many, and what the others need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import attrs
import pytest

TALLIES: pytest.StashKey[dict[str, Tally]] = pytest.StashKey()
"""Test class, as pytest names it → its tally."""


@attrs.define
class Tally:
    """The checks of one test class.

    Attributes:
        suite: name of the suite that it inherits.
        name: of the test class.
        checks: how many the suite has.
        passed: checks that ran and passed.
        failed: checks that ran and did not.
        ids: of the checks, as pytest names them.
        undeclared: ability → checks that need it, where it is not declared.
    """

    suite: str
    name: str
    checks: int = 0
    passed: int = 0
    failed: int = 0
    ids: set[str] = attrs.field(factory=set)
    undeclared: Counter[str] = attrs.field(factory=Counter)

    def line(self) -> str:
        """As it is printed."""
        ran = self.passed + self.failed
        told = f"{self.name} ({self.suite}): {ran} of {self.checks} checks ran"
        if self.failed:
            told += f", {self.failed} failed"
        if self.undeclared:
            kinds = ", ".join(f"{name} ({n})" for name, n in sorted(self.undeclared.items()))
            told += f"; not declared: {kinds}"
        return told


def take_out_undeclared(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the checks whose abilities the test class does not declare, and count them."""
    tallies = config.stash.setdefault(TALLIES, {})
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        cls = getattr(item, "cls", None)
        suite = getattr(cls, "thenar_contract", "")
        if cls is None or not suite or not _is_of_the_suite(item):
            kept.append(item)
            continue
        tally = tallies.setdefault(_class_of(item.nodeid), Tally(suite, cls.__name__))
        tally.checks += 1
        tally.ids.add(item.nodeid)
        lacking = [name for name in _needed(item) if name not in cls.abilities]
        tally.undeclared.update(lacking[:1])
        (left_out if lacking else kept).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


def count(config: pytest.Config, report: pytest.TestReport) -> None:
    """Note how a check went."""
    tally = config.stash.get(TALLIES, {}).get(_class_of(report.nodeid))
    if tally is None or report.nodeid not in tally.ids:
        return
    if report.when == "call" and report.passed:
        tally.passed += 1
    elif report.failed and report.when != "teardown":
        tally.failed += 1


def tell(config: pytest.Config, reporter: pytest.TerminalReporter) -> None:
    """Print a line for each test class whose checks ran."""
    lines = [
        one.line() for one in config.stash.get(TALLIES, {}).values() if one.passed + one.failed
    ]
    if lines:
        reporter.section("contracts")
        for line in lines:
            reporter.write_line(line)


def _is_of_the_suite(item: pytest.Item) -> bool:
    """False for a test that the class has besides the checks that it inherits."""
    function = getattr(item, "function", None)
    return getattr(function, "__module__", "").startswith("thenar.testing.contracts")


def _needed(item: pytest.Item) -> Iterable[str]:
    return [name for mark in item.iter_markers("thenar_needs") for name in mark.args]


def _class_of(nodeid: str) -> str:
    return nodeid.rpartition("::")[0]
