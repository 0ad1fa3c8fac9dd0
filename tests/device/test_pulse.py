"""What the terminal says of itself, and when."""

from pathlib import Path

import pytest

import thenar
from thenar.device.attendant import attend
from thenar.device.pulse import Pulse
from thenar.device.terminal import Terminal
from thenar.errors import CameraUnavailable, CloudUnreachable


class Service:
    """Keeps what it is told, or does not answer."""

    def __init__(self):
        self.told, self.away = [], False

    def report(self, **told):
        if self.away:
            raise CloudUnreachable("away")
        self.told.append(told)


@pytest.fixture
def now():
    return [1000.0]


@pytest.fixture
def terminal(tmp_path):
    return Terminal(source=None, cloud=Service(), checks=(), state=Path(tmp_path), camera="uvc")


def test_once_a_minute(terminal, now):
    pulse = Pulse(terminal, lambda: now[0])
    for _ in range(3):
        pulse.beat()
    assert terminal.cloud.told == [{"version": thenar.__version__, "camera": "uvc", "trouble": ""}]
    now[0] += 60
    pulse.beat()
    assert len(terminal.cloud.told) == 2


def test_trouble_is_told_once_and_kept_while_nobody_answers(terminal, now):
    def broken():
        raise CameraUnavailable("unplugged")

    pulse = Pulse(terminal, lambda: now[0])
    assert not attend(terminal, broken)
    terminal.cloud.away = True
    pulse.beat()
    terminal.cloud.away = False
    for _ in range(2):
        now[0] += 60
        pulse.beat()
    assert [told["trouble"] for told in terminal.cloud.told] == ["camera-unavailable", ""]
