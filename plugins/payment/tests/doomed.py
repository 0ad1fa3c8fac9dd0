"""Processes that go through a payment flow, and are killed over one of its steps.

Reads a job as JSON a line, forks a process for it, writes its number, and when it has
ended, its wait status. So the imports are paid for once.
"""

import json
import os
import signal
import sys
from contextlib import suppress

from flows import run
from till import Till

from thenar_payment.iso8583 import Iso8583Processor, Iso8583Settings
from thenar_payment.stripe import StripeProcessor, StripeSettings

PROVIDERS = {
    "stripe": (StripeProcessor, StripeSettings),
    "iso8583": (Iso8583Processor, Iso8583Settings),
}


class Doomed:
    """Dies when one method is called (``before``), or when it has answered (``after``)."""

    def __init__(self, inner, method, when):
        self._inner = inner
        self._method = method
        self._when = when

    def __getattr__(self, name):
        def call(*args, **kwargs):
            doomed = name == self._method
            if doomed and self._when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            answer = getattr(self._inner, name)(*args, **kwargs)
            if doomed and self._when == "after":
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        return call


def work(database, provider, settings, loyalty, job, method, when):
    """``held`` waits for whoever holds the line to kill it."""
    make, described = PROVIDERS[provider]
    till = Till(database, make(described(**settings)), loyalty)
    till.service.plugins.payment = Doomed(till.service.plugins.payment, method, when)
    till.service.plugins.loyalty = {"points": Doomed(till.loyalty, method, when)}
    run(till.service, **job)


def main():
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            with suppress(BrokenPipeError):
                work(*json.loads(line))
            os._exit(0)
        print(child, flush=True)  # noqa: T201
        print(os.waitpid(child, 0)[1], flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
