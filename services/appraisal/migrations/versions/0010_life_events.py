"""Long leave and end of service of people, units that carry on others, and the journal of what HR recorded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("status", sa.Text(), nullable=False, server_default="in_service"))
    op.alter_column("person", "status", server_default=None)
    op.add_column("person", sa.Column("away_from", sa.Date(), nullable=True))
    op.add_column("person", sa.Column("away_until", sa.Date(), nullable=True))
    op.create_table(
        "life_event",
        sa.Column("position", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("detail", JSONB(), nullable=False),
        sa.Column("effects", JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_table(
        "unit_successor",
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("successor_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.unit_id"]),
        sa.ForeignKeyConstraint(["successor_id"], ["unit.unit_id"]),
        sa.PrimaryKeyConstraint("unit_id", "successor_id"),
    )


def downgrade() -> None:
    op.drop_table("unit_successor")
    op.drop_table("life_event")
    for column in ("away_until", "away_from", "status"):
        op.drop_column("person", column)
