"""A reader that is killed in the middle of a hold leaves nothing of the palm behind."""

import os
import signal
from pathlib import Path

from thenar.records import Hand

from .reader import BOTH, Reader, in_files, linux, traces, visit

pytestmark = linux


def test_nothing_is_left_after_a_kill(tmp_path):
    reader = Reader(tmp_path)
    before = sorted(reader.folder.rglob("*"))
    mine = visit(70, Hand.RIGHT)

    def kill(shown):
        if shown == 5:
            os.kill(reader.process.pid, signal.SIGKILL)

    try:
        assert not reader.play("enrol", mine, then=kill)
        assert reader.process.wait(60) == -signal.SIGKILL
    except (BrokenPipeError, ConnectionResetError):
        assert reader.process.wait(60) == -signal.SIGKILL
    finally:
        reader.stop()
    assert sorted(reader.folder.rglob("*")) == before
    assert list(reader.scratch.iterdir()) == []
    pieces = traces(*[visit(70, hand) for hand in BOTH])
    assert in_files(tmp_path, pieces) == []
    assert in_files(Path("/dev/shm"), pieces) == []  # which it shares with other programs


def test_and_it_starts_again_where_it_was(tmp_path):
    reader = Reader(tmp_path)
    mine = [visit(70, hand) for hand in BOTH]
    try:
        assert reader.play("enrol", *mine).startswith("You are enrolled")
    finally:
        reader.process.kill()
        reader.stop()
    assert reader.process.returncode == -signal.SIGKILL
