"""The generators of pages, and the code blocks of pages."""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(
    r"(?:^<!-- (not run: .+) -->\n+)?^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE
)


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session", autouse=True)
def generators():
    """The package ``generate``, as Sphinx imports it."""
    sys.path.insert(0, str(ROOT / "docs"))
    yield
    sys.path.remove(str(ROOT / "docs"))


@pytest.fixture(scope="session")
def blocks():
    """The code blocks of a page in one language that are meant to be run."""

    def find(page, language):
        return [
            code
            for excuse, spoken, code in BLOCK.findall(page.read_text(encoding="utf-8"))
            if spoken == language and not excuse
        ]

    return find
