"""Improvement items that a person carries over into the next plan."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "carry_over",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("items", ARRAY(sa.Text()), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["appraisal_case.case_id"]),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index("carry_over_person", "carry_over", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("carry_over")
