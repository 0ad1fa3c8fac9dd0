"""The gates before kick-off, small: ``python -m bench.gates`` is the whole of it.

Palms are searched, tickets redeemed at a real pretix, one in three shown at two gates in the
same instant; pretix stops answering, and is killed and started again.
"""

import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nobody_enters_twice_and_nobody_uncounted(site, monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[4])
    from bench.gates.running import run

    figures = run(site, gates=3, holders=60, seconds=6.0, every=1.0, copies=3)
    assert figures["tickets_shown_at_two_gates"] >= 3
    assert figures["missed_by_the_search"] == 0
    assert figures["asked_again"] > 0
    assert figures["entered"] > 9
    assert figures["rotations"] == figures["entered"]
    for wrong in (
        "entered_twice",
        "in_pretix_twice",
        "entered_but_not_in_pretix",
        "in_pretix_but_not_entered",
    ):
        assert figures[wrong] == 0, figures
