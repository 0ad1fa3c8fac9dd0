"""What the pages about testing and simulating show is what happens."""

import re
import subprocess
import sys

from click.testing import CliRunner

from thenar.cli import main


def test_a_plugin_is_tested_as_the_page_says(root, blocks, tmp_path):
    page = root / "docs" / "how-to" / "test-a-plugin.md"
    (tmp_path / "test_page.py").write_text("\n".join(blocks(page, "python")), encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert blocks(page, "text")[0] in done.stdout


def test_a_script_goes_as_the_page_says(root, blocks, tmp_path, monkeypatch):
    page = root / "docs" / "how-to" / "simulate.md"
    (script,) = blocks(page, "toml")
    (words,) = [code.split() for code in blocks(page, "shell")]
    monkeypatch.chdir(tmp_path)
    (tmp_path / words[-1]).write_text(script, encoding="utf-8")
    done = CliRunner().invoke(main, words[1:], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    assert without_times(done.output) == without_times(blocks(page, "text")[0])


def without_times(text):
    """Lines with their times taken out: how long a step takes depends on the machine."""
    return [re.sub(r"^(\S) \d+:\d\d:\d\d ", r"\1 ", line).rstrip() for line in text.splitlines()]
