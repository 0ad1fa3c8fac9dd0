"""Run by Alembic; see :mod:`thenar.vault.schema`."""

from thenar.vault.schema import run_migrations

run_migrations()
