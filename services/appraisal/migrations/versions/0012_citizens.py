"""What citizens say of units; the result of a unit keeps what was in view when it was set."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unit_citizens",
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("summary", JSONB(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "year"),
    )
    op.add_column("unit_result", sa.Column("citizens", JSONB(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("unit_result", "citizens")
    op.drop_table("unit_citizens")
