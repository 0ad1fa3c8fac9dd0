"""Where people were before their last passage, for those who turn back."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Whoever was let in before this revision cannot be put back: nothing is known of it."""
    with op.batch_alter_table("place") as batch:
        batch.add_column(sa.Column("passage", sa.String(length=200), nullable=True))
        batch.add_column(sa.Column("area_before", sa.String(length=200), nullable=True))
        batch.add_column(sa.Column("since_before", sa.Double(), nullable=True))
