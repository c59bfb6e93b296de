"""Which time of a meeting people were reminded of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meeting", sa.Column("reminded_of", sa.DateTime(timezone=True), nullable=True))
    op.create_index("meeting_to_come", "meeting", ["starts_at"], unique=False, postgresql_where=sa.text("status = 'agreed'"))


def downgrade() -> None:
    op.drop_index("meeting_to_come", table_name="meeting")
    op.drop_column("meeting", "reminded_of")
