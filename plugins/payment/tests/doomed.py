"""A process that asks for one step of a payment, and is killed over it.

    python doomed.py DATABASE PROVIDER SETTINGS STEP TOKEN CAPTURE WHEN

WHEN: ``before`` kills itself with the step stored and nothing called, ``after`` with
the answer come and nothing kept; ``held`` waits for whoever holds the line to kill it.
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


def main(database, provider, settings, step, token, capture, when):
    make, described = PROVIDERS[provider]
    payment = make(described(**json.loads(settings)))
    service = SimpleNamespace(
        store=Store(f"sqlite:///{database}", Tables),
        plugins=SimpleNamespace(payment=Doomed(payment, when), payment_name=provider),
    )
    processor.carry_out(service, step, token=token, capture=capture == "capture")


if __name__ == "__main__":
    main(*sys.argv[1:])
