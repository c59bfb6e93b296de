"""360-degree feedback on behaviour: rounds, requests, answers without times, proposals, and releases that never change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

RELEASE_GUARD = """
CREATE FUNCTION guard_feedback_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the feedback of case % was released once and cannot change', OLD.case_id;
END $$;
"""
RELEASE_TRIGGER = (
    "CREATE TRIGGER feedback_release_guard BEFORE UPDATE OR DELETE ON feedback_release "
    "FOR EACH ROW EXECUTE FUNCTION guard_feedback_release()"
)


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "feedback_round",
        _text("case_id"),
        sa.Column("minimum_group", sa.Integer(), nullable=False),
        sa.Column("raters_per_group", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        _text("status"),
        _instant("opened_at"),
        _instant("closed_at", nullable=True),
        sa.PrimaryKeyConstraint("case_id"),
        sa.ForeignKeyConstraint(["case_id"], ["appraisal_case.case_id"]),
    )
    op.create_table(
        "feedback_request",
        _text("request_id"),
        _text("case_id"),
        _text("rater_id"),
        _text("rater_group"),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("request_id"),
        sa.ForeignKeyConstraint(["case_id"], ["feedback_round.case_id"]),
        sa.ForeignKeyConstraint(["rater_id"], ["person.person_id"]),
        sa.UniqueConstraint("case_id", "rater_id"),
    )
    op.create_index("feedback_request_rater", "feedback_request", ["rater_id"])
    op.create_table(
        "feedback_answer",
        _text("request_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ratings", JSONB(), nullable=False),
        _text("comment"),
        sa.PrimaryKeyConstraint("request_id"),
        sa.ForeignKeyConstraint(["request_id"], ["feedback_request.request_id"]),
    )
    op.create_table(
        "feedback_proposal",
        _text("proposal_id"),
        _text("case_id"),
        _text("remove_id", nullable=True),
        _text("add_id", nullable=True),
        _text("reason"),
        _text("status"),
        _text("proposed_by"),
        _instant("proposed_at"),
        _text("decided_by", nullable=True),
        _instant("decided_at", nullable=True),
        sa.PrimaryKeyConstraint("proposal_id"),
        sa.ForeignKeyConstraint(["case_id"], ["feedback_round.case_id"]),
        sa.ForeignKeyConstraint(["remove_id"], ["person.person_id"]),
        sa.ForeignKeyConstraint(["add_id"], ["person.person_id"]),
    )
    op.create_index("feedback_proposal_open", "feedback_proposal", ["case_id"], postgresql_where=sa.text("status = 'open'"))
    op.create_table(
        "feedback_release",
        _text("case_id"),
        sa.Column("bundle", JSONB(), nullable=False),
        _instant("released_at"),
        sa.PrimaryKeyConstraint("case_id"),
        sa.ForeignKeyConstraint(["case_id"], ["feedback_round.case_id"]),
    )
    op.execute(RELEASE_GUARD)
    op.execute(RELEASE_TRIGGER)


def downgrade() -> None:
    for table in ("feedback_release", "feedback_proposal", "feedback_answer", "feedback_request", "feedback_round"):
        op.drop_table(table)
    op.execute("DROP FUNCTION guard_feedback_release")
