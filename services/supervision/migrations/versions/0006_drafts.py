"""What people have typed into forms and not sent yet; objection days that are over; which evidence there is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
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
    op.create_table(
        "known_evidence",
        sa.Column("evidence_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("evidence_id"),
    )
    op.create_index("known_evidence_case", "known_evidence", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_index("known_evidence_case", table_name="known_evidence")
    op.drop_table("known_evidence")
    op.drop_table("draft")
    op.drop_column("appraisal_case", "objection_lapsed")
