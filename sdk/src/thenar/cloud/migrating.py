"""``thenar cloud migrate``: both databases to the schema of this version."""

from __future__ import annotations

from collections.abc import Iterator

from thenar.cloud.alone import hold_alone
from thenar.cloud.settings import CloudSettings
from thenar.cloud.tables import Tables
from thenar.vault.person_keys import KeyTables
from thenar.vault.schema import newest
from thenar.vault.storage import Store


def migrate(settings: CloudSettings) -> Iterator[tuple[str, str | None, str]]:
    """Migrate each database in one transaction; what fails leaves it as it was.

    Yields:
        Name of the database, its revision before (None where it was empty) and after.

    Raises:
        SettingsError: the service runs, a database cannot be opened, or it is newer
            than this version.
    """
    settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with hold_alone(settings.folder):
        databases = (
            ("people and transactions", settings.database_url, Tables),
            ("people's keys", settings.key_database_url, KeyTables),
        )
        for name, url, tables in databases:
            store = Store(url, tables, migrated=True)
            store.close()
            yield name, store.migrated_from, newest(tables)
