"""``thenar cloud move``: a service's databases to where other settings name them."""

from __future__ import annotations

from collections.abc import Iterator

from thenar.cloud.alone import hold_alone
from thenar.cloud.settings import CloudSettings
from thenar.cloud.tables import Tables
from thenar.errors import SettingsError
from thenar.vault.moving import Moved, Told, move
from thenar.vault.person_keys import KeyTables


def move_databases(
    now: CloudSettings, then: CloudSettings, told: Told
) -> Iterator[tuple[str, Moved]]:
    """Move the databases that are named otherwise, each whole or not at all.

    Args:
        now: where they are.
        then: where they shall be.
        told: sees the rows of each table go by.

    Yields:
        Name of the database, and what was moved.

    Raises:
        SettingsError: the service runs, both settings name the same databases or another
            folder; or see :func:`thenar.vault.moving.move`.
    """
    if now.folder.resolve() != then.folder.resolve():
        raise SettingsError(
            f"The new settings have another folder, {then.folder}.",
            remedy="move the databases first, and the folder afterwards.",
        )
    databases = (
        ("people and transactions", now.database_url, then.database_url, Tables),
        ("people's keys", now.key_database_url, then.key_database_url, KeyTables),
    )
    others = [one for one in databases if one[1] != one[2]]
    if not others:
        raise SettingsError(
            "Both settings name the same databases.",
            remedy="name others under [cloud] of the new ones: database, key_database.",
        )
    with hold_alone(now.folder):
        for name, source, target, tables in others:
            yield name, move(source, target, tables, told)
