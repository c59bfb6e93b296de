"""A self-assessment that was sent back: why, and what was handed in before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("self_assessment", sa.Column("return_reason", sa.Text(), nullable=True))
    op.add_column("self_assessment", sa.Column("handed_in", JSONB(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("self_assessment", "handed_in")
    op.drop_column("self_assessment", "return_reason")
