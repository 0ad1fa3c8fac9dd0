"""Killed with SIGKILL under load and started again: nothing acknowledged is gone or there twice.

The load test of the bench, small: devices identify, pay and enrol over loopback, and
the program is killed in the middle of it.
"""

import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_what_was_acknowledged_outlives_sigkill(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[2])
    from bench.load.__main__ import run

    figures = run(tmp_path, people=200, seconds=6.0, devices=2, crowd=(3, 1, 5))
    assert figures["errors"] == 0, figures["error_kinds"]
    assert figures["misidentified"] == 0
    assert figures["identified_after_the_kill"] > 0
    for what in ("payments", "enrolments"):
        told = figures[what]
        assert told["acknowledged"] > 0
        assert (told["lost"], told["twice"]) == (0, 0), told
