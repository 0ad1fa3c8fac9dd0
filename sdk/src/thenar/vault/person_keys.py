"""A data key a person, wrapped by the master key, and destroyed to forget.

The keys lie in a database of their own, so that a backup of the service's
database holds no key: whatever copy of a template is left anywhere, it cannot be
read once the key is gone from here. Give this database's backups a short life.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from sqlalchemy import LargeBinary, MetaData, String, select
from sqlalchemy.orm import Mapped, mapped_column

from thenar.errors import KeyUnavailable
from thenar.vault.keys import KeyProvider, Wrapped
from thenar.vault.schema import Versioned
from thenar.vault.storage import Store

_AT_ONCE = 200
"""Keys wrapped in one transaction; others write between two."""


class KeyTables(Versioned):
    """The one table of people's keys."""

    __abstract__ = True
    metadata = MetaData()
    migrations: ClassVar[Path] = Path(__file__).with_name("migrations")
    version_table: ClassVar[str] = "key_alembic_version"
    compacted: ClassVar[tuple[str, ...]] = ("person_key",)


class _PersonKey(KeyTables):
    __tablename__ = "person_key"
    person: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[int]
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class PersonKeys:
    """People's data keys.

    Args:
        url: SQLAlchemy URL of their database.
        keys: wraps and unwraps them.
    """

    def __init__(self, url: str, keys: KeyProvider) -> None:
        self._store = Store(url, KeyTables)
        self._keys = keys

    def create(self, person: str) -> bytes:
        """A new key for a person, 32 bytes, kept before it is returned."""
        key = secrets.token_bytes(32)
        with self._store.writing() as session:  # rewrapping sees it, or wraps nothing newer
            wrapped = self._keys.wrap(key, _bound(person))
            session.add(_PersonKey(person=person, version=wrapped.version, wrapped=wrapped.data))
        return key

    def get(self, person: str) -> bytes:
        """A person's key. Raises KeyUnavailable: never made, or destroyed."""
        return self.get_all([person])[person]

    def get_all(self, people: Iterable[str]) -> dict[str, bytes]:
        """Several people's keys. Raises KeyUnavailable when one is missing."""
        wanted, found = list(people), {}
        with self._store.reading() as session:
            for start in range(0, len(wanted), 500):
                some = wanted[start : start + 500]
                rows = session.scalars(select(_PersonKey).where(_PersonKey.person.in_(some)))
                for row in rows:
                    wrapped = Wrapped(row.version, row.wrapped)
                    found[row.person] = self._keys.unwrap(wrapped, _bound(row.person))
        if missing := set(wanted) - set(found):
            raise KeyUnavailable(
                f"{len(missing)} of {len(wanted)} people have no key: it was destroyed."
            )
        return found

    def people(self) -> set[str]:
        """Everybody who has a key."""
        with self._store.reading() as session:
            return set(session.scalars(select(_PersonKey.person)))

    def check(self) -> None:
        """Ask the database for nothing, to see whether it answers."""
        with self._store.reading() as session:
            session.execute(select(1))

    def destroy(self, person: str) -> None:
        """Overwrite and delete a person's key; destroying it twice is allowed."""
        self.destroy_all([person])

    def destroy_all(self, people: Iterable[str]) -> None:
        """Overwrite and delete several people's keys, all or none."""
        with self._store.writing() as session:
            held = [row for name in people if (row := session.get(_PersonKey, name)) is not None]
            for row in held:
                row.wrapped = bytes(len(row.wrapped))
            session.flush()
            for row in held:
                session.delete(row)
        if held:
            self._store.purge()

    def rewrap(self) -> int:
        """Wrap every key anew under the newest master key, some at a time, while others work.

        Returns:
            How many were not under the newest yet.
        """
        newest, done = self._keys.master_version(), 0
        while some := self._rewrap_some(newest):
            done += some
        self._store.purge()
        return done

    def _rewrap_some(self, newest: int) -> int:
        with self._store.writing() as session:
            old = session.scalars(
                select(_PersonKey).where(_PersonKey.version != newest).limit(_AT_ONCE)
            ).all()
            for row in old:
                bound = _bound(row.person)
                key = self._keys.unwrap(Wrapped(row.version, row.wrapped), bound)
                wrapped = self._keys.wrap(key, bound)
                row.version, row.wrapped = wrapped.version, wrapped.data
        return len(old)

    def finish_purging(self) -> None:
        """See :meth:`thenar.vault.storage.Store.finish_purging`."""
        self._store.finish_purging()

    def close(self) -> None:
        """Close the database."""
        self._store.close()


def _bound(person: str) -> bytes:
    return b"thenar person key " + person.encode("ascii")
