"""What was promised, against what the databases say afterwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from bench.load.customers import Seen


def payments(cloud: Path, books: Path, seen: Iterable[Seen]) -> dict[str, int]:
    """Payments that were answered, that are gone, and that were made twice."""
    every = list(seen)
    answered = {key: payment for one in every for key, payment in one.paid.items()}
    asked = [key for one in every for key in one.asked_to_pay]
    with closing(sqlite3.connect(cloud / "thenar.sqlite")) as rows:
        steps = rows.execute(
            "SELECT key, payment_id, id FROM payment_step WHERE kind = 'charge'"
        ).fetchall()
    with closing(sqlite3.connect(books)) as rows:
        charged = dict(rows.execute("SELECT key, payment FROM requests").fetchall())
        money = rows.execute(
            "SELECT COUNT(*), SUM(MAX(authorised, captured)) FROM payments"
        ).fetchone()
    by_key: dict[str, list[str]] = {}
    for key, payment, step in steps:
        by_key.setdefault(key, []).append(step)
        if key in answered:
            assert answered[key] == payment
    lost = [key for key in answered if not any(one in charged for one in by_key.get(key, ()))]
    return {
        "asked": len(asked),
        "acknowledged": len(answered),
        "lost": len(lost),
        "twice": sum(len(one) > 1 for one in by_key.values()) + money[0] - len(charged),
        "charged": money[0],
        "minor_units": money[1] or 0,
    }


def enrolments(cloud: Path, seen: Iterable[Seen]) -> dict[str, int]:
    """Enrolments that were answered, that are gone, and that were made twice."""
    every = list(seen)
    answered = {key: subject for one in every for key, subject in one.enrolled.items()}
    asked = [key for one in every for key in one.asked_to_enrol]
    with closing(sqlite3.connect(cloud / "thenar.sqlite")) as rows:
        found: dict[str, list[str]] = {}
        for key, subject in rows.execute("SELECT key, subject FROM person"):
            found.setdefault(key, []).append(subject)
    return {
        "asked": len(asked),
        "acknowledged": len(answered),
        "lost": sum(found.get(key) != [subject] for key, subject in answered.items()),
        "twice": sum(len(found.get(key, ())) > 1 for key in asked),
    }
