"""Talks: meetings, sign-off and opinion of the feedback session, follow-ups, ongoing feedback, statements in an objection."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add("check_in", sa.Column("agenda", sa.Text(), nullable=False, server_default=""))
    _add("feedback_session", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    _add("objection", sa.Column("evidence", JSONB(), nullable=False, server_default="[]"))
    op.create_table(
        "meeting",
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("cycle_id", sa.Text(), nullable=True),
        sa.Column("organiser_id", sa.Text(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("agenda", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("cancelled_reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["appraisal_case.case_id"],
        ),
        sa.PrimaryKeyConstraint("meeting_id"),
        sa.UniqueConstraint("uid"),
    )
    op.create_index(
        "meeting_one_of_case",
        "meeting",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('agreed', 'missed') AND case_id IS NOT NULL"),
    )
    op.create_index("meeting_organiser", "meeting", ["organiser_id", "starts_at"], unique=False)
    op.create_table(
        "meeting_attendee",
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("attendance", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.meeting_id"],
        ),
        sa.PrimaryKeyConstraint("meeting_id", "person_id"),
    )
    op.create_index("meeting_attendee_person", "meeting_attendee", ["person_id"], unique=False)
    op.create_table(
        "session_proposal",
        sa.Column("proposal_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", JSONB(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["appraisal_case.case_id"],
        ),
        sa.PrimaryKeyConstraint("proposal_id"),
    )
    op.create_index("session_proposal_case", "session_proposal", ["case_id", "proposed_at"], unique=False)
    op.create_index("session_proposal_one_open", "session_proposal", ["case_id"], unique=True, postgresql_where=sa.text("status = 'open'"))
    op.create_table(
        "session_no_show",
        sa.Column("no_show_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("absent", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["appraisal_case.case_id"],
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.meeting_id"],
        ),
        sa.PrimaryKeyConstraint("no_show_id"),
    )
    op.create_index("session_no_show_case", "session_no_show", ["case_id"], unique=False)
    op.create_table(
        "session_signature",
        sa.Column("signature_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["appraisal_case.case_id"],
        ),
        sa.PrimaryKeyConstraint("signature_id"),
    )
    op.create_index("session_signature_case", "session_signature", ["case_id", "signed_at"], unique=False)
    op.create_table(
        "session_opinion",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("leader_id", sa.Text(), nullable=False),
        sa.Column("ratings", JSONB(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["appraisal_case.case_id"],
        ),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index("session_opinion_leader", "session_opinion", ["leader_id"], unique=False)
    op.create_table(
        "follow_up",
        sa.Column("follow_up_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["appraisal_case.case_id"],
        ),
        sa.PrimaryKeyConstraint("follow_up_id"),
    )
    op.create_index("follow_up_case", "follow_up", ["case_id"], unique=False)
    op.create_table(
        "ongoing_feedback",
        sa.Column("feedback_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("giver_id", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("objective", sa.Text(), nullable=False),
        sa.Column("core_value", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["appraisal_case.case_id"],
        ),
        sa.PrimaryKeyConstraint("feedback_id"),
    )
    op.create_index("ongoing_feedback_case", "ongoing_feedback", ["case_id"], unique=False)
    op.create_index("ongoing_feedback_giver", "ongoing_feedback", ["giver_id"], unique=False)
    op.create_table(
        "feedback_correction",
        sa.Column("feedback_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["feedback_id"],
            ["ongoing_feedback.feedback_id"],
        ),
        sa.PrimaryKeyConstraint("feedback_id", "number"),
    )
    op.create_table(
        "objection_statement",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["appraisal_case.case_id"],
        ),
        sa.PrimaryKeyConstraint("case_id", "party"),
    )


def _add(table: str, column: sa.Column[object]) -> None:
    """A column whose earlier rows take its first value; later rows name theirs."""
    op.add_column(table, column)
    op.alter_column(table, column.name, server_default=None)


def downgrade() -> None:
    for table in (
        "objection_statement",
        "feedback_correction",
        "ongoing_feedback",
        "follow_up",
        "session_opinion",
        "session_signature",
        "session_no_show",
        "session_proposal",
        "meeting_attendee",
        "meeting",
    ):
        op.drop_table(table)
    op.drop_column("objection", "evidence")
    op.drop_column("feedback_session", "version")
    op.drop_column("check_in", "agenda")
