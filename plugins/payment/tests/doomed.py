"""Processes that ask for one step of a payment, and are killed over it.

Reads a JSON list of :func:`ask`'s arguments a line, forks a process for it, writes its
number, and when it has ended, its wait status. So the imports are paid for once.
"""

import json
import os
import signal
import sys
from types import SimpleNamespace

from thenar.cloud import processor
from thenar.cloud.tables import Tables
from thenar.vault.storage import Store
from thenar_payment.iso8583 import Iso8583Processor, Iso8583Settings
from thenar_payment.stripe import StripeProcessor, StripeSettings

PROVIDERS = {
    "stripe": (StripeProcessor, StripeSettings),
    "iso8583": (Iso8583Processor, Iso8583Settings),
}


class Doomed:
    def __init__(self, payment, when):
        self._payment = payment
        self._when = when

    def __getattr__(self, name):
        def call(*args, **kwargs):
            if self._when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            answer = getattr(self._payment, name)(*args, **kwargs)
            if self._when == "after":
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        return call


def ask(database, provider, settings, step, token, capture, when):
    """``before`` kills itself with the step stored and nothing called, ``after`` with the
    answer come and nothing kept; ``held`` waits for whoever holds the line to kill it.
    """
    make, described = PROVIDERS[provider]
    service = SimpleNamespace(
        store=Store(f"sqlite:///{database}", Tables),
        plugins=SimpleNamespace(
            payment=Doomed(make(described(**settings)), when), payment_name=provider
        ),
    )
    processor.carry_out(service, step, token=token, capture=capture)


def main():
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            ask(*json.loads(line))
            os._exit(0)
        print(child, flush=True)  # noqa: T201
        print(os.waitpid(child, 0)[1], flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
