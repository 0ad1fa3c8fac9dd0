"""One ticket at several gates in the same instant, at a pretix that answers several at once."""

import threading

import pytest

from thenar.records import Passage
from thenar_access.modbus import ModbusSettings
from thenar_access.opens import Opens
from thenar_access.pretix import Pretix, PretixSettings

from .postgres_site import PostgresSite
from .site import PACKAGES, VERSION

GATES, TICKETS = 4, 6


@pytest.fixture
def busy_site(tmp_path, peer):
    with peer(f"pretix-{VERSION}", *PACKAGES) as environment:
        running = PostgresSite(tmp_path, environment, workers=2)
    try:
        running.start()
        running.open_match()
        yield running
    finally:
        running.stop()


def test_one_of_four_gates_lets_each_ticket_in(busy_site):
    opens = Opens(modbus=ModbusSettings("not asked here", 0, 0))
    gates = [
        Pretix(
            PretixSettings(
                busy_site.url, "club", (busy_site.list,), opens, busy_site.gate(f"gate {number}")
            )
        )
        for number in range(GATES)
    ]
    tickets = [busy_site.sell() for _ in range(TICKETS)]
    together, answers = threading.Barrier(GATES), []

    def ask(number):
        for ticket in tickets:
            together.wait()
            passage = Passage("gate", "somebody", ticket["secret"], 0.0, f"request-{number}")
            answers.append((ticket["secret"], gates[number].ask(passage).allow))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(GATES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for gate in gates:
        gate.close()
    assert len(answers) == GATES * TICKETS
    assert sorted(secret for secret, allow in answers if allow) == sorted(
        ticket["secret"] for ticket in tickets
    )
    assert [busy_site.entries(ticket) for ticket in tickets] == [["entry"]] * TICKETS
