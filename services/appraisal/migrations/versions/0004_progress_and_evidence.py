"""Progress through the year and the evidence of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

EVIDENCE_GUARD = """
CREATE FUNCTION guard_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'evidence is never deleted (%)', OLD.evidence_id;
    END IF;
    IF OLD.removed_at IS NOT NULL THEN
        RAISE EXCEPTION 'evidence % is removed and cannot change', OLD.evidence_id;
    END IF;
    IF (NEW.evidence_id, NEW.case_id, NEW.indicator_id, NEW.kind, NEW.name, NEW.note, NEW.url, NEW.media_type, NEW.size, NEW.sha256,
        NEW.added_at, NEW.added_by)
        IS DISTINCT FROM
       (OLD.evidence_id, OLD.case_id, OLD.indicator_id, OLD.kind, OLD.name, OLD.note, OLD.url, OLD.media_type, OLD.size, OLD.sha256,
        OLD.added_at, OLD.added_by)
    THEN
        RAISE EXCEPTION 'what evidence % says cannot change; add another', OLD.evidence_id;
    END IF;
    RETURN NEW;
END $$;
"""
EVIDENCE_TRIGGER = "CREATE TRIGGER evidence_guard BEFORE UPDATE OR DELETE ON evidence FOR EACH ROW EXECUTE FUNCTION guard_evidence()"


def upgrade() -> None:
    op.create_table(
        "progress",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("indicator_id", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "indicator_id", "period"),
        sa.ForeignKeyConstraint(["case_id"], ["appraisal_case.case_id"]),
    )
    op.create_table(
        "evidence",
        sa.Column("evidence_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("indicator_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removal_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("evidence_id"),
        sa.ForeignKeyConstraint(["case_id"], ["appraisal_case.case_id"]),
    )
    op.create_index("evidence_case", "evidence", ["case_id", "added_at", "evidence_id"])
    op.create_index("evidence_content", "evidence", ["sha256"], postgresql_where=sa.text("removed_at IS NULL"))
    op.execute(EVIDENCE_GUARD)
    op.execute(EVIDENCE_TRIGGER)


def downgrade() -> None:
    op.drop_table("evidence")
    op.execute("DROP FUNCTION guard_evidence")
    op.drop_table("progress")
