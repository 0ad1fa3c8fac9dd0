"""A whole session of a device, traced: no picture and no template is written to any file."""

import re
import shutil
from pathlib import Path

import httpx
import pytest

from thenar.records import Hand

from .reader import BOTH, Reader, attack, in_files, linux, traces, visit

pytestmark = linux
CALLS = (
    "open,openat,openat2,creat,rename,renameat,renameat2,link,linkat,unlink,unlinkat,memfd_create"
)
WRITING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE|creat\(|memfd_create")
HARMLESS = re.compile(r"^/dev/(null|urandom|tty)|^/proc/self/")


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """Enrolment, payment, passage, an attack, a cancelled hold and deletion, traced."""
    strace = shutil.which("strace")
    assert strace, "No strace: run tests/system-packages.sh"
    folder = tmp_path_factory.mktemp("session")
    log = folder / "calls"
    trace = [strace, "-f", "-qq", "-y", "--seccomp-bpf", "-e", f"trace={CALLS}", "-o", str(log)]
    reader = Reader(folder, trace=trace)
    try:
        mine = [visit(70, hand) for hand in BOTH]
        again = visit(70, Hand.RIGHT, 2)
        said = [
            reader.play("enrol", *mine),
            reader.play("pay", again),
            reader.play("enter", again),
            reader.play("pay", attack(70, Hand.RIGHT)),
        ]
        assert httpx.get(reader.kiosk).is_success
        reader.service.stop()
        said.append(reader.play("enter", again))
        waiting = (reader.folder / "passages.jsonl").read_text()
    finally:
        reader.stop()
    return reader, said, log.read_text(errors="replace"), traces(*mine, again), waiting


def test_the_session_was_a_whole_one(session):
    _, said, _, _, waiting = session
    titles = [line.partition(" |")[0] for line in said]
    assert titles[:3] == ["You are enrolled", "Paid EUR 4.50", "Welcome"]
    assert titles[3] in ("Please show your bare palm", "Your palm could not be read")
    assert titles[4] == "No entry"
    assert "fail closed" in waiting


def test_only_the_journal_and_the_books_of_others_are_written(session):
    """Every call that can make or change a file, of every thread, from start to end."""
    reader, _, calls, _, _ = session
    written = set()
    for line in calls.splitlines():
        if WRITING.search(line) and "= -1" not in line:
            found = re.search(r'"([^"]*)"', line)
            written.add(found.group(1) if found else line)
    mine = {path for path in written if not HARMLESS.match(path)}
    allowed = (str(reader.others), str(reader.folder / "passages.jsonl"))
    assert mine, "the trace has seen the journal at least"
    assert [path for path in sorted(mine) if not path.startswith(allowed)] == []


def test_no_file_holds_a_piece_of_picture_crop_or_template(session):
    reader, _, _, pieces, _ = session
    assert len(pieces) > 200
    for folder in (reader.folder, reader.others, reader.scratch):
        assert in_files(folder, pieces) == []
    assert list(reader.scratch.iterdir()) == [], "nothing in the temporary folder or at home"


def test_the_search_would_find_what_is_written(session, tmp_path):
    pieces = session[3]
    (tmp_path / "leak").write_bytes(b"before" + pieces[7] + b"after")
    assert in_files(tmp_path, pieces) == [str(Path(tmp_path) / "leak")]
