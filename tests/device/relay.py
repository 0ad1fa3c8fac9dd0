"""A TCP relay between device and service, with faults on demand."""

import contextlib
import socket
import threading
import time


class Relay:
    """Passes bytes on, or does what a bad network does.

    Attributes:
        target: (host, port) of the service; may change while it runs.
        is_down: connections are reset.
        is_silent: what is sent disappears, and nothing comes back.
        delay: seconds before each piece of an answer.
        drops: the next so many answers are lost after the service gave them.
        cuts: the next so many answers end after their first bytes.
        flaps: every second request loses its connection.
        on_answer: called once before the next answer is passed on.
    """

    def __init__(self, target):
        self.target = target
        self.is_down = self.is_silent = self.flaps = False
        self.delay = 0.0
        self.drops = self.cuts = self.requests = 0
        self.on_answer = None
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open = set()
        self._threads = []
        self._closing = False
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    def close(self):
        self._closing = True
        with contextlib.suppress(OSError):
            socket.create_connection(self._listening.getsockname()).close()
        self._accepting.join()
        self._listening.close()
        self.reset()
        for thread in self._threads:
            thread.join()

    def down(self):
        """Reset what is open, and whatever comes."""
        self.is_down = True
        self.reset()

    def up(self):
        self.is_down = self.is_silent = self.flaps = False
        self.delay = 0.0

    def reset(self):
        for one in list(self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _accept(self):
        while not self._closing:
            device, _ = self._listening.accept()
            thread = threading.Thread(target=self._serve, args=(device,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, device):
        """One connection: requests and answers in turn, as HTTP/1.1 has them."""
        with device, contextlib.ExitStack() as stack:
            self._open.add(device)
            stack.callback(self._open.discard, device)
            if self.is_down or self._closing:
                return
            try:
                service = stack.enter_context(socket.create_connection(self.target, timeout=60))
            except OSError:
                return
            self._open.add(service)
            stack.callback(self._open.discard, service)
            back = threading.Thread(target=self._answers, args=(service, device))
            back.start()
            stack.callback(back.join)
            stack.callback(lambda: contextlib.suppress(OSError) and _end(service))
            with contextlib.suppress(OSError):
                while piece := device.recv(65536):
                    if piece.startswith((b"POST", b"GET", b"DELETE")):
                        self.requests += 1
                        if self.flaps and self.requests % 2:
                            break
                    if not self.is_silent:
                        service.sendall(piece)
            _end(device)

    def _answers(self, service, device):
        with contextlib.suppress(OSError):
            while piece := service.recv(65536):
                act, self.on_answer = self.on_answer, None
                if act is not None:
                    act()
                time.sleep(self.delay)
                if self.drops:
                    self.drops -= 1
                    break
                if self.cuts:
                    self.cuts -= 1
                    device.sendall(piece[:40])
                    break
                if not self.is_silent:
                    device.sendall(piece)
        _end(device)
        _end(service)


def _end(one):
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
