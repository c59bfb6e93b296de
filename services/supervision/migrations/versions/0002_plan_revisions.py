"""Which revised plan waits for the supervisor."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("appraisal_case", sa.Column("revision_version", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("appraisal_case", "revision_version")
