"""The directory of staff, and where people were let in."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables; badge links that are there get their names when the service starts."""
    op.create_table(
        "directory",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name_index", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("changed", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tenant_id", "kind", "name_index"),
    )
    op.create_index("ix_directory_tenant_id", "directory", ["tenant_id"])
    op.create_table(
        "link_name",
        sa.Column("link_id", sa.String(length=32), nullable=False),
        sa.Column("name_index", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["link.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("link_id"),
    )
    op.create_index("ix_link_name_name_index", "link_name", ["name_index"])
    op.create_table(
        "place",
        sa.Column("site_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("area", sa.String(length=200), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site_id", "person_id"),
    )
    op.create_table(
        "passage_grant",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("site_id", sa.String(length=32), nullable=False),
        sa.Column("area", sa.String(length=200), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"]),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tenant_id", "key", "person_id"),
    )
    op.create_index("ix_passage_grant_site_id", "passage_grant", ["site_id"])
    op.create_index("ix_passage_grant_since", "passage_grant", ["since"])
    op.create_table(
        "door_wait",
        sa.Column("site_id", sa.String(length=32), nullable=False),
        sa.Column("door", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site_id", "door"),
    )
