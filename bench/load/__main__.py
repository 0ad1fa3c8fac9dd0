"""The service under load, and killed in the middle of it.

``python -m bench.load --people 100000 --seconds 60 --devices 2 --json FILE``: a folder is
filled with synthetic people, the service is started on it, and devices identify, charge
and enrol over loopback. Half way it is killed with SIGKILL and started again at once.
Latencies are what a device sees, sealing included; devices and service share the
machine's cores. Nothing that was acknowledged may be gone, and nothing be there twice.
"""

from __future__ import annotations

import json
import os
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import click
import numpy as np
from bench.load import counting
from bench.load.customers import Customer, Enrolling, Queue, Seen, enrol
from bench.load.filling import fill
from bench.load.service import ADMIN_KEY, Program
from rich.console import Console
from rich.table import Table

from thenar.client import AdminClient, DeviceClient, DeviceIdentity, activate
from thenar.testing.simulated import VISA, SimulatedCardReader, SimulatedProcessor
from thenar.testing.simulated.books import BooksSettings

CROWD = (8, 4, 16)
"""Who comes to the devices: known people, strangers, and people who enrol."""


@click.command()
@click.option("--people", default=100_000, show_default=True, help="Enrolled beforehand.")
@click.option("--seconds", default=60.0, show_default=True, help="Of load.")
@click.option("--devices", default=2, show_default=True, help="Asking at the same time.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Write the figures there.")
def main(people: int, seconds: float, devices: int, file: Path | None) -> None:
    """Print a table; exit 1 where something was lost or done twice."""
    with tempfile.TemporaryDirectory() as folder:
        figures = run(Path(folder), people, seconds, devices)
    show(figures)
    if file is not None:
        file.write_text(json.dumps(figures, indent=2) + "\n")
    held = [figures[what][how] for what in ("payments", "enrolments") for how in ("lost", "twice")]
    raise SystemExit(any(held) or figures["misidentified"] > 0)


def run(
    folder: Path,
    people: int,
    seconds: float,
    devices: int,
    crowd: tuple[int, int, int] = CROWD,
) -> dict[str, Any]:
    """Everything; see the module."""
    known_people, strange, new = crowd
    began = time.perf_counter()
    tenant = fill(folder / "cloud", people)
    filled = time.perf_counter() - began
    program = Program(folder)
    first = program.start()
    program.stop()
    start = program.start()
    identities = _devices(program, tenant, devices + 1)
    customers = [Customer.of(seed) for seed in range(1, known_people + strange + new + 1)]
    with DeviceClient(program.url, identities[0]) as device:
        known = {
            enrol(device, one, _token(program, one.seed), f"beforehand {one.seed}"): one
            for one in customers[:known_people]
        }
    stop = threading.Event()
    strangers = customers[known_people : known_people + strange]
    queues = [Queue(program.url, one, known, strangers, stop) for one in identities[1:]]
    enrolling = Enrolling(program.url, identities[0], customers[known_people + strange :], stop)
    threads = [*queues, enrolling]
    for thread in threads:
        thread.start()
    busy, before = program.busy, time.monotonic()
    time.sleep(seconds / 2)
    killed, busy = time.monotonic(), program.busy - busy
    program.kill()
    restart = program.start()
    back = time.monotonic()
    time.sleep(seconds / 2)
    stop.set()
    for thread in threads:
        thread.join()
    seen = [thread.seen for thread in threads]
    outage = (killed - 1.0, back + 1.0)
    memory = program.memory
    program.stop()
    program.close()
    return {
        "people": people,
        "devices": devices,
        "cores": len(os.sched_getaffinity(0)),
        "fill_seconds": round(filled, 1),
        "first_start_seconds": round(first, 1),
        "start_seconds": round(start, 1),
        "restart_after_kill_seconds": round(restart, 1),
        "memory_mb": round(memory),
        "processor_ms_per_identification": _cost(seen, busy, before, killed),
        **_latencies([pair for one in seen for pair in one.identified], outage, seconds),
        "identified_after_the_kill": sum(
            began > killed for one in seen for began, _ in one.identified
        ),
        "errors": sum(len(one.errors) for one in seen),
        "error_kinds": sorted({kind for one in seen for _, kind in one.errors}),
        "unanswered_during_the_outage": sum(len(one.unreachable) for one in seen),
        "not_recognised": sum(one.missed for one in seen),
        "strangers_shown": sum(one.strangers for one in seen),
        "misidentified": sum(one.wrong for one in seen),
        "payments": counting.payments(folder / "cloud", program.books, seen),
        "enrolments": counting.enrolments(folder / "cloud", seen),
    }


def _devices(program: Program, tenant: str, count: int) -> list[DeviceIdentity]:
    with AdminClient(program.url, ADMIN_KEY) as admin:
        site = admin.create_site(tenant, "gate").site
        codes = [admin.create_device(site, f"gate {number}").code for number in range(count)]
    return [activate(program.url, code) for code in codes]


def _token(program: Program, seed: int) -> str:
    """Of a test card, known to the processor whose books the service uses."""
    reader = SimulatedCardReader()
    reader.insert(VISA)
    processor = SimulatedProcessor(BooksSettings(str(program.books)))
    return processor.tokenise(reader.read(1), idempotency_key=f"card {seed}").token


def _latencies(
    pairs: list[tuple[float, float]], outage: tuple[float, float], seconds: float
) -> dict[str, float]:
    """Of the requests that were neither begun nor answered while the service was away."""
    steady = [1000 * took for began, took in pairs if began + took < outage[0] or began > outage[1]]
    p50, p99 = np.percentile(steady or [0.0], [50, 99])
    return {
        "identifications": len(pairs),
        "identifications_in_steady_state": len(steady),
        "per_second": round(len(steady) / seconds, 1),
        "p50_ms": round(float(p50), 1),
        "p99_ms": round(float(p99), 1),
    }


def _cost(seen: list[Seen], busy: float, before: float, until: float) -> float:
    """Of the service, over all cores, with the payments and enrolments that came between."""
    answered = [
        began + took for one in seen for began, took in one.identified if before < began + took
    ]
    return round(1000 * busy / max(1, sum(end < until for end in answered)), 1)


def show(figures: dict[str, Any]) -> None:
    table = Table("figure", "", title=f"Load: {figures['people']:,} people, synthetic")
    for name, value in figures.items():
        told = (
            ", ".join(f"{one} {count:,}" for one, count in value.items())
            if isinstance(value, dict)
            else str(value)
        )
        table.add_row(name.replace("_", " "), told)
    Console().print(table)


if __name__ == "__main__":
    main()
