"""The audit log's chain breaks wherever a line was changed, removed or added."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from thenar.cloud import audit
from thenar.cloud.tables import Tables
from thenar.vault.storage import Store

LINES = 8


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "audit.sqlite"
    store = Store(f"sqlite:///{file}", Tables)
    with store.writing() as session:
        for n in range(LINES):
            audit.append(
                session,
                time=1e9 + n / 3,
                tenant="t" * 32,
                actor="device 1",
                action="palm.recognised",
                about=f"subject {n}",
                request_id=f"r{n}",
                purpose="pay",
                palms=n,
                fmr=1e-9 * n,
                allowed=bool(n % 2),
            )
    store.close()
    return file


def verify(file):
    store = Store(f"sqlite:///{file}", Tables)
    with store.reading() as session:
        answer = audit.verify(session)
    store.close()
    return answer


def change(file, statement, *values):
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(statement, values)
        connection.commit()


def test_an_untouched_log_holds(file):
    assert verify(file) == (LINES, None)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("time", 1.0),
        ("tenant", "u" * 32),
        ("actor", "somebody"),
        ("action", "x"),
        ("about", "y"),
        ("details", '{"purpose": "badge"}'),
        ("request_id", "z"),
        ("digest", bytes(32)),
    ],
)
@pytest.mark.parametrize("number", [1, 4, LINES])
def test_a_changed_line_is_found(file, column, value, number):
    change(file, f"UPDATE audit SET {column} = ? WHERE number = ?", value, number)
    assert verify(file) == (number - 1, number)


@pytest.mark.parametrize("number", range(1, LINES))
def test_a_removed_line_is_found(file, number):
    change(file, "DELETE FROM audit WHERE number = ?", number)
    assert verify(file) == (number - 1, number + 1)


def test_swapped_lines_are_found(file):
    change(file, "UPDATE audit SET number = 100 WHERE number = 3")
    change(file, "UPDATE audit SET number = 3 WHERE number = 4")
    change(file, "UPDATE audit SET number = 4 WHERE number = 100")
    assert verify(file) == (2, 3)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(min_size=32, max_size=32))
def test_an_added_line_is_found(file, digest):
    columns = "time, tenant, actor, action, about, details, request_id"
    change(
        file,
        f"INSERT INTO audit ({columns}, digest) SELECT {columns}, ? FROM audit WHERE number = 1",
        digest,
    )
    held, broken = verify(file)
    change(file, "DELETE FROM audit WHERE number > ?", LINES)
    assert held == LINES
    assert broken is not None
