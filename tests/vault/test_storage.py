"""Readers never wait for the writer, and what is deleted is gone."""

import hashlib
import threading

import pytest
from sqlalchemy import LargeBinary, delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from thenar.vault.storage import Store


class Tables(DeclarativeBase):
    pass


class Thing(Tables):
    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


@pytest.fixture
def store(tmp_path):
    opened = Store(f"sqlite:///{tmp_path / 'store.sqlite'}", Tables)
    yield opened
    opened.close()


def test_an_error_undoes_the_whole_transaction(store):
    with store.writing() as session:
        session.add(Thing(id=2, content=b"y"))

    def write_both():
        with store.writing() as session:
            session.execute(insert(Thing).values(id=1, content=b"x"))
            session.execute(insert(Thing).values(id=2, content=b"z"))

    with pytest.raises(IntegrityError):
        write_both()
    with store.reading() as session:
        assert session.get(Thing, 1) is None


def test_a_reader_sees_one_moment_while_a_writer_writes(store):
    with store.reading() as reader:
        assert reader.scalars(select(Thing)).all() == []
        done = threading.Event()

        def write():
            with store.writing() as session:
                session.add(Thing(id=1, content=b"x"))
            done.set()

        thread = threading.Thread(target=write)
        thread.start()
        assert done.wait(10), "the writer waited for the reader"
        thread.join()
        assert reader.scalars(select(Thing)).all() == []
    with store.reading() as reader:
        assert len(reader.scalars(select(Thing)).all()) == 1


def test_a_reader_does_not_wait_for_an_open_write(store):
    with store.writing() as writer:
        writer.add(Thing(id=1, content=b"x"))
        writer.flush()
        with store.reading() as reader:
            assert reader.get(Thing, 1) is None


def test_concurrent_writers_take_turns(store):
    def write(number):
        for n in range(20):
            with store.writing() as session:
                session.add(Thing(id=number * 100 + n, content=b"x"))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as session:
        assert len(session.scalars(select(Thing)).all()) == 80


def test_what_a_reader_kept_from_being_purged_is_purged_later(store, tmp_path):
    mark = hashlib.sha256(b"mark").digest()
    with store.writing() as session:
        session.add(Thing(id=1, content=mark))
    with store.reading() as reader:
        reader.scalars(select(Thing)).all()
        with store.writing() as session:
            session.execute(delete(Thing))
        assert not store.purge(seconds=0.1)
    assert any(mark in path.read_bytes() for path in tmp_path.iterdir())
    store.finish_purging()
    assert not any(mark in path.read_bytes() for path in tmp_path.iterdir())


@pytest.mark.parametrize("size", [100, 2500, 9000])
def test_deleted_content_is_nowhere_in_the_files(store, tmp_path, size):
    marks = {n: hashlib.sha256(bytes([n])).digest() for n in range(1, 60)}
    contents = {n: marks[n] * (size // 32) for n in marks}
    for n, content in contents.items():
        with store.writing() as session:
            session.add(Thing(id=n, content=content))
    gone = [n for n in contents if n % 3]
    for n in gone:
        with store.writing() as session:
            session.execute(delete(Thing).where(Thing.id == n))
    assert store.purge()
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for n in contents:
        assert (marks[n][:16] in raw) == (n not in gone)
