"""The gates' run, and whether everybody was counted once."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from bench.gates import selling
from bench.gates.crowd import Gate, Outcome, crowd
from bench.gates.palms import Palms
from bench.gates.turnstile import STEPS_IN, TURNS, Tripod, turnstile

from thenar.records import OfflinePolicy, Passage
from thenar_access.door import ComposedDoor
from thenar_access.modbus import ModbusSettings
from thenar_access.opens import Opens
from thenar_access.pretix import Pretix, PretixSettings

SLOW_SECONDS, SETTLES_SECONDS = 3.0, 90.0
"""What pretix does not answer for; what the gates need at most to settle what is in doubt."""


def run(
    site: Any,
    *,
    gates: int,
    holders: int,
    seconds: float,
    every: float = 2.0,
    copies: int = 10,
    faults: bool = True,
) -> dict[str, Any]:
    """Everything; see the package's ``__main__``.

    Args:
        site: a running pretix with the event ``match``.
        gates: how many.
        holders: how many tickets were sold, each linked to a palm.
        seconds: for how long people come.
        every: seconds between two people at a gate.
        copies: each so manieth ticket is shown at two gates in the same instant.
        faults: whether pretix stops answering for 3 s after a third of the time, and is
            killed and started again after two thirds.
    """
    queues = crowd(gates, seconds, every, copies)
    palms = Palms(holders, 1 + max(one.holder for queue in queues for one in queue))
    selling.sell(site, holders)
    tripods = [Tripod() for _ in range(gates)]
    doors = [_door(site, number, tripod) for number, tripod in enumerate(tripods)]
    for door in doors:  # connections are there before the crowd is
        door.ask(Passage("gate", "nobody", "never sold", time.time(), "warm"))
    start = time.monotonic() + 1.0
    processor = time.process_time()
    threads = [
        Gate(number, door, queue, palms.find, start)
        for number, (door, queue) in enumerate(zip(doors, queues, strict=True))
    ]
    pretix_before = site.processor_seconds()
    spent: list[float] = []
    trouble = threading.Thread(target=_trouble, args=(site, start, seconds, spent))
    for thread in [*threads, *([trouble] if faults else [])]:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        trouble.join()
    ended = time.monotonic()
    processor = time.process_time() - processor
    pretix = site.processor_seconds() + (sum(spent) if faults else -pretix_before)
    outcomes = [one for thread in threads for one in thread.outcomes]
    _wait(ended + STEPS_IN + TURNS)  # the last ones are still in their arms
    books = _settled(site, outcomes)
    for door in doors:
        door.close()
    return {
        "gates": gates,
        "holders": holders,
        "people": len(outcomes),
        "seconds": round(ended - start, 1),
        **_times(outcomes, ended - start),
        "asked_again": sum(one.tries > 1 for one in outcomes),
        "milliseconds_of_processor_a_person": {
            "search": round(1000 * palms.processor_seconds / len(outcomes), 1),
            "gates_in_all": round(1000 * processor / len(outcomes), 1),
            "pretix": round(1000 * pretix / len(outcomes), 1),
        },
        "missed_by_the_search": palms.missed,
        **_books(outcomes, books, sum(one.people for one in tripods)),
    }


def _door(site: Any, number: int, tripod: Tripod) -> ComposedDoor:
    settings = PretixSettings(
        url=site.url,
        organizer="club",
        lists=(site.list,),
        opens=Opens(modbus=ModbusSettings("in place of it, a tripod", 0, 0)),
        token=site.gate(f"gate {number}"),
    )

    def opener(report: Any, _policy: OfflinePolicy) -> Any:
        return turnstile(tripod, report)

    return ComposedDoor(Pretix(settings), opener, OfflinePolicy.FAIL_CLOSED)


def _trouble(site: Any, start: float, seconds: float, spent: list[float]) -> None:
    """``spent`` gets pretix's processor time before it is killed, less that of its starts."""
    spent.append(-site.processor_seconds())
    _wait(start + seconds / 3)
    site.pause()
    time.sleep(SLOW_SECONDS)
    site.resume()
    _wait(start + 2 * seconds / 3)
    spent.append(site.processor_seconds())
    site.kill()
    site.start()
    spent.append(-site.processor_seconds())


def _wait(until: float) -> None:
    time.sleep(max(0.0, until - time.monotonic()))


def _settled(site: Any, outcomes: Sequence[Outcome]) -> Counter[int]:
    """pretix's books, once what was in doubt is settled: waits while more stands than entered."""
    entered = Counter(one.coming.holder for one in outcomes if one.entered)
    until = time.monotonic() + SETTLES_SECONDS
    while (books := Counter(selling.entered(site))) != entered and time.monotonic() < until:
        time.sleep(2.0)
    return books


def _times(outcomes: Sequence[Outcome], seconds: float) -> dict[str, Any]:
    entered = [one for one in outcomes if one.entered]
    calm = [one for one in entered if one.tries == 1]
    return {
        "entered": len(entered),
        "people_a_minute": round(60 * len(entered) / seconds, 1),
        "milliseconds": {
            name: _percentiles(calm, pick)
            for name, pick in {
                "palm found": lambda one: one.identified,
                "ticket redeemed": lambda one: one.decided - one.identified,
                "turnstile released": lambda one: one.released - one.decided,
                "in all": lambda one: one.released,
                "waited behind others": lambda one: one.waited,
            }.items()
        },
    }


def _percentiles(outcomes: Sequence[Outcome], pick: Callable[[Outcome], float]) -> dict[str, int]:
    times = 1000 * np.array([pick(one) for one in outcomes] or [np.nan])
    return {f"p{p}": round(float(np.percentile(times, p))) for p in (50, 99)}


def _books(outcomes: Sequence[Outcome], books: Counter[int], turned: int) -> dict[str, Any]:
    entered = Counter(one.coming.holder for one in outcomes if one.entered)
    copied = {one.coming.holder for one in outcomes if one.coming.is_copy}
    came = {one.coming.holder for one in outcomes}
    return {
        "tickets_shown_at_two_gates": len(copied),
        "entered_twice": sum(count > 1 for count in entered.values()),
        "stayed_outside": len(came - set(entered)),
        "rotations": turned,
        "in_pretix_twice": sum(count > 1 for count in books.values()),
        "entered_but_not_in_pretix": len(set(entered) - set(books)),
        "in_pretix_but_not_entered": len(set(books) - set(entered)),
    }
