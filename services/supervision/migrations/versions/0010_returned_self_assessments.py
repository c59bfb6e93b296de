"""A self-assessment the supervisor sent back: which version, and until when it is to be handed in again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("appraisal_case", sa.Column("self_version", sa.Integer(), nullable=True))
    op.add_column("appraisal_case", sa.Column("self_returned_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("appraisal_case", "self_returned_until")
    op.drop_column("appraisal_case", "self_version")
