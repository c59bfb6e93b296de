"""What citizens say of a unit's service: answers, the days' secrets, used forms and rates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "citizen_answer",
        sa.Column("answer_id", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("ratings", JSONB(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("words_mark", sa.Text(), nullable=True),
        sa.Column("flagged", ARRAY(sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("hidden_reason", sa.Text(), nullable=True),
        sa.Column("moderated_by", sa.Text(), nullable=True),
        sa.Column("moderated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("complaint_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=False),
        sa.Column("resolved_by", sa.Text(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stands_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.unit_id"]),
        sa.PrimaryKeyConstraint("answer_id"),
    )
    op.create_index("citizen_answer_unit", "citizen_answer", ["unit_id", "year", "status"])
    op.create_index(
        "citizen_answer_waiting", "citizen_answer", ["received_at", "answer_id"], postgresql_where=sa.text("status = 'waiting'")
    )
    op.create_index("citizen_answer_words", "citizen_answer", ["unit_id", "words_mark"], postgresql_where=sa.text("words_mark IS NOT NULL"))
    op.create_index(
        "citizen_answer_due",
        "citizen_answer",
        ["complaint_due_at"],
        postgresql_where=sa.text("complaint_due_at IS NOT NULL AND resolved_at IS NULL AND stands_since IS NULL"),
    )
    op.create_table(
        "citizen_secret",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )
    op.create_table(
        "citizen_form_used",
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("nonce"),
    )
    op.create_table(
        "citizen_rate",
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "hour"),
    )


def downgrade() -> None:
    for table in ("citizen_rate", "citizen_form_used", "citizen_secret", "citizen_answer"):
        op.drop_table(table)
