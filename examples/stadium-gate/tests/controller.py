"""A stand-in for the turnstile's controller, over real TCP, with its faults."""

import socketserver
import threading
from contextlib import suppress


class Controller:
    """A controller on a free port; ``says`` is its answer, None for silence."""

    def __init__(self):
        self.says = b"PASSED\n"
        self.passed = 0
        self.released = threading.Event()
        controller = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                controller.answer(self.rfile.readline(), self.wfile)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def answer(self, command, out):
        assert command == b"RELEASE 5\n", command
        if self.says is None:
            self.released.wait(20)
            return
        self.passed += self.says == b"PASSED\n"
        with suppress(ConnectionError):  # whoever asked has gone
            out.write(self.says)

    def close(self):
        self.released.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
