"""Competency: technical competencies, standards of positions, ratings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

GUARD = """
CREATE FUNCTION guard_competency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a rating of competencies is never deleted (case %)', OLD.case_id;
    END IF;
    IF OLD.status = 'submitted' THEN
        RAISE EXCEPTION 'the rating of competencies of case % is submitted and cannot change', OLD.case_id;
    END IF;
    RETURN NEW;
END $$;
"""
TRIGGER = (
    "CREATE TRIGGER competency_guard BEFORE UPDATE OR DELETE ON competency_assessment FOR EACH ROW EXECUTE FUNCTION guard_competency()"
)


def upgrade() -> None:
    op.create_table(
        "technical_competency",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", JSONB(), nullable=False),
        sa.Column("about", JSONB(), nullable=False),
        sa.Column("levels", JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "position_standard",
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("levels", JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_table(
        "competency_assessment",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("standard", JSONB(), nullable=False),
        sa.Column("ratings", JSONB(), nullable=False),
        sa.Column("knowledge", sa.Float(), nullable=True),
        sa.Column("skills", sa.Float(), nullable=True),
        sa.Column("attitude", sa.Float(), nullable=True),
        sa.Column("assessed_by", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("case_id"),
        sa.ForeignKeyConstraint(["case_id"], ["appraisal_case.case_id"]),
    )
    op.execute(GUARD)
    op.execute(TRIGGER)


def downgrade() -> None:
    op.drop_table("competency_assessment")
    op.execute("DROP FUNCTION guard_competency")
    op.drop_table("position_standard")
    op.drop_table("technical_competency")
