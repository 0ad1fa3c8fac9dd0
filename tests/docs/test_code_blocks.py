"""Every Python block of README and the pages runs, in order, in one namespace a page."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ELSEWHERE = {"write-a-plugin.md"}
"""Pages whose blocks another test installs and runs."""

PAGES = [
    page
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
    if "_build" not in page.parts and page.name not in ELSEWHERE | {"hooks.md"}
]


def test_there_are_pages():
    assert {"README.md", "use-the-library.md"} <= {page.name for page in PAGES}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_blocks_run(page, blocks, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    space = {"__name__": "page"}
    for number, code in enumerate(blocks(page, "python"), 1):
        exec(compile(code, f"{page.name}, block {number}", "exec"), space)


def test_an_example_that_fails_is_noticed(blocks, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("```python\nassert False\n```\n\n<!-- not run: why -->\n```python\n1/0\n```\n")
    (code,) = blocks(page, "python")
    with pytest.raises(AssertionError):
        exec(code, {})
