"""What people have typed into forms and not sent yet; objection days that are over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("appraisal_case", sa.Column("objection_lapsed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("appraisal_case", "objection_lapsed", server_default=None)
    op.create_table(
        "draft",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("fields", JSONB(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "form"),
    )


def downgrade() -> None:
    op.drop_table("draft")
    op.drop_column("appraisal_case", "objection_lapsed")
