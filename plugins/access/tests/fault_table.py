"""The published table of faults: every row is what a test saw, and every row seen is published.

``FAULT_TABLE=write pytest plugins/access`` writes it anew.
"""

import os
from pathlib import Path

from .peers import REPOSITORY

PAGE = REPOSITORY / "docs" / "how-to" / "faults-at-doors.md"
BEGIN, END = "<!-- faults -->\n", "<!-- /faults -->\n"
HEADS = ("link", "fault", "what the door did", "what was recorded")
IS_WRITING = os.environ.get("FAULT_TABLE") == "write"


def published():
    """The rows of the page."""
    table = _parts()[1].splitlines()[2:]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table]


def write(rows):
    """Replace the page's table."""
    before, _, after = _parts()
    lines = [HEADS, ("---",) * len(HEADS), *sorted(set(rows))]
    table = "".join("| " + " | ".join(line) + " |\n" for line in lines)
    PAGE.write_text(before + table + after, encoding="utf-8")


def modules():
    """Test modules that write rows."""
    tests = Path(__file__).parent
    return {one for one in tests.rglob("test_*.py") if "    fault(" in one.read_text("utf-8")}


def _parts():
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    table, after = rest.split(END)
    return before + BEGIN, table, END + after
