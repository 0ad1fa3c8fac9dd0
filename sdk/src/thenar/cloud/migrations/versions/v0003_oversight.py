"""Staff, how devices do, people's last visits, tenants that leave."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables; somebody's last visit is the last that the audit log tells of."""
    op.create_index("ix_audit_tenant_time", "audit", ["tenant", "time"])
    op.create_table(
        "staff",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=False),
        sa.Column("contact_index", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tenant_id", "contact_index"),
    )
    op.create_index("ix_staff_tenant_id", "staff", ["tenant_id"])
    op.create_index("ix_staff_contact_index", "staff", ["contact_index"])
    op.create_table(
        "device_standing",
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("seen", sa.Double(), nullable=False),
        sa.Column("reported", sa.Double(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("camera", sa.String(length=100), nullable=False),
        sa.Column("trouble", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"]),
        sa.PrimaryKeyConstraint("device_id"),
    )
    op.create_table(
        "device_hour",
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"]),
        sa.PrimaryKeyConstraint("device_id", "hour"),
    )
    op.create_index("ix_device_hour_hour", "device_hour", ["hour"])
    op.create_table(
        "visit",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seen", sa.Double(), nullable=False),
        sa.Column("told", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_index("ix_visit_seen", "visit", ["seen"])
    op.execute(
        "INSERT INTO visit (person_id, seen) SELECT person.id, MAX(audit.time) FROM person "
        "JOIN audit ON audit.about = person.subject AND audit.tenant = person.tenant_id "
        "GROUP BY person.id"
    )
    op.create_table(
        "closing",
        sa.Column("tenant_id", sa.String(length=32), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("done", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"]),
        sa.PrimaryKeyConstraint("tenant_id"),
    )
