"""How often an answer was made a complaint, and of which due date its unit was reminded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("citizen_answer", sa.Column("complaint_number", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("citizen_answer", sa.Column("reminded_of", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE citizen_answer SET complaint_number = 1 WHERE complaint_due_at IS NOT NULL")
    op.alter_column("citizen_answer", "complaint_number", server_default=None)


def downgrade() -> None:
    op.drop_column("citizen_answer", "reminded_of")
    op.drop_column("citizen_answer", "complaint_number")
