"""What is known of meetings, for the calendar part of e-mails."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "meeting_entry",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("entry", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("event_id"),
    )


def downgrade() -> None:
    op.drop_table("meeting_entry")
