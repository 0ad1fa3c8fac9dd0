"""The page's server ends in the middle of connections and leaves none of them open."""

import contextlib
import gc
import socket
import threading
import time
import warnings

import httpx
import pytest
from websockets.exceptions import ConnectionClosedError
from websockets.frames import CloseCode
from websockets.sync.client import connect

from thenar.device.attendant import Attendant
from thenar.device.kiosk import Kiosk


class Crowd:
    """Browsers that connect without end, as many at once as they can."""

    def __init__(self, port):
        self.port, self.made, self.gone = port, 0, threading.Event()
        self.threads = [threading.Thread(target=self.come) for _ in range(2)]

    def come(self):
        with contextlib.ExitStack() as kept:
            while not self.gone.is_set():
                with contextlib.suppress(OSError):
                    kept.enter_context(socket.create_connection(("127.0.0.1", self.port), 60))
                    self.made += 1
                    if self.made % 60 == 0:
                        kept.close()

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.gone.set()
        for thread in self.threads:
            thread.join()


def until(condition):
    limit = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.005)


@contextlib.contextmanager
def nothing_left():
    """What Python says of things that nobody closed is a failure, also of those nobody holds."""
    gc.collect()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        yield
        gc.collect()
    assert [str(one.message) for one in said] == []


def test_no_connection_is_left_open_by_a_server_that_ends(terminal):
    with nothing_left(), Attendant(terminal, {}) as attendant:
        for _ in range(5):
            with contextlib.ExitStack() as after, Kiosk(attendant) as kiosk:
                httpx.get(kiosk.url, timeout=60).raise_for_status()
                crowd = after.enter_context(Crowd(int(kiosk.url.rsplit(":", 1)[1])))
                until(lambda crowd=crowd: crowd.made > 80)


def test_who_watches_the_screen_is_told_that_it_ends(terminal):
    with nothing_left(), Attendant(terminal, {}) as attendant, contextlib.ExitStack() as after:
        with Kiosk(attendant) as kiosk:
            watching = after.enter_context(connect(f"ws{kiosk.url[4:]}/screen"))
            watching.recv(60)
        with pytest.raises(ConnectionClosedError):
            list(watching)
        assert watching.close_code == CloseCode.SERVICE_RESTART
