"""The tables of the supervision service: people, cases, tasks and what people answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from kit.db import create_plumbing

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_plumbing(op.get_bind())
    op.create_table(
        "cycle",
        sa.Column("cycle_id", sa.Text(), nullable=False),
        sa.Column("definition", JSONB(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("cycle_id"),
    )
    op.create_table(
        "person",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("supervisor_id", sa.Text(), nullable=True),
        sa.Column("roles", ARRAY(sa.Text()), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_index("person_roles", "person", ["roles"], unique=False, postgresql_using="gin")
    op.create_index("person_supervisor", "person", ["supervisor_id"], unique=False)
    op.create_table(
        "unit",
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("head_id", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id"),
    )
    op.create_table(
        "appraisal_case",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("cycle_id", sa.Text(), nullable=False),
        sa.Column("employee_id", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("phase_opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("phase_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("supervisor_id", sa.Text(), nullable=True),
        sa.Column("line", ARRAY(sa.Text()), nullable=False),
        sa.Column("assessor_id", sa.Text(), nullable=True),
        sa.Column("evaluator_id", sa.Text(), nullable=True),
        sa.Column("plan_state", sa.Text(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=True),
        sa.Column("check_ins_required", sa.Integer(), nullable=False),
        sa.Column("check_ins_recorded", sa.Integer(), nullable=False),
        sa.Column("self_assessed", sa.Boolean(), nullable=False),
        sa.Column("reviewed", sa.Boolean(), nullable=False),
        sa.Column("evaluated", sa.Boolean(), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("session_held", sa.Boolean(), nullable=False),
        sa.Column("acknowledged", sa.Boolean(), nullable=False),
        sa.Column("objected", sa.Boolean(), nullable=False),
        sa.Column("objection_decided", sa.Boolean(), nullable=False),
        sa.Column("objection_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attention", ARRAY(sa.Text()), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"],
            ["cycle.cycle_id"],
        ),
        sa.ForeignKeyConstraint(
            ["employee_id"],
            ["person.person_id"],
        ),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index("appraisal_case_employee", "appraisal_case", ["employee_id"], unique=False)
    op.create_index(
        "appraisal_case_evaluator", "appraisal_case", ["evaluator_id"], unique=False, postgresql_where=sa.text("evaluator_id IS NOT NULL")
    )
    op.create_index("appraisal_case_line", "appraisal_case", ["line"], unique=False, postgresql_using="gin")
    op.create_index("appraisal_case_unit", "appraisal_case", ["cycle_id", "unit_id", "phase"], unique=False)
    op.create_table(
        "acknowledgement",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["appraisal_case.case_id"],
        ),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_table(
        "attention",
        sa.Column("attention_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["appraisal_case.case_id"],
        ),
        sa.PrimaryKeyConstraint("attention_id"),
    )
    op.create_index("attention_case", "attention", ["case_id"], unique=False)
    op.create_index("attention_one_open", "attention", ["case_id", "cause"], unique=True, postgresql_where=sa.text("cleared_at IS NULL"))
    op.create_table(
        "check_in",
        sa.Column("check_in_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("obstacles", sa.Text(), nullable=False),
        sa.Column("help_needed", sa.Text(), nullable=False),
        sa.Column("follow_up", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["appraisal_case.case_id"],
        ),
        sa.PrimaryKeyConstraint("check_in_id"),
        sa.UniqueConstraint("case_id", "number", name="check_in_number"),
    )
    op.create_table(
        "evaluation",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("evaluator_id", sa.Text(), nullable=False),
        sa.Column("concurs", sa.Boolean(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("evaluated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["appraisal_case.case_id"],
        ),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_table(
        "feedback_session",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("improvement_items", ARRAY(sa.Text()), nullable=False),
        sa.Column("held_by", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("objection_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["appraisal_case.case_id"],
        ),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_table(
        "objection",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("objection_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed", sa.Boolean(), nullable=True),
        sa.Column("results", sa.Text(), nullable=True),
        sa.Column("behaviour", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["appraisal_case.case_id"],
        ),
        sa.PrimaryKeyConstraint("case_id"),
        sa.UniqueConstraint("objection_id"),
    )
    op.create_table(
        "result_release",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("released_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["appraisal_case.case_id"],
        ),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_table(
        "review",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("results", sa.Text(), nullable=True),
        sa.Column("behaviour", sa.Text(), nullable=True),
        sa.Column("results_reason", sa.Text(), nullable=False),
        sa.Column("behaviour_reason", sa.Text(), nullable=False),
        sa.Column("value_ratings", JSONB(), nullable=False),
        sa.Column("reviewer_id", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["appraisal_case.case_id"],
        ),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_table(
        "supervisor_correction",
        sa.Column("correction_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("proposed_supervisor_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("supervisor_id", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["appraisal_case.case_id"],
        ),
        sa.PrimaryKeyConstraint("correction_id"),
    )
    op.create_index("supervisor_correction_case", "supervisor_correction", ["case_id"], unique=False)
    op.create_index(
        "supervisor_correction_one_open", "supervisor_correction", ["case_id"], unique=True, postgresql_where=sa.text("status = 'open'")
    )
    op.create_table(
        "task",
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("cycle_id", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("employee_id", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("assignee_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("placed_by_order", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["appraisal_case.case_id"],
        ),
        sa.PrimaryKeyConstraint("task_id"),
    )
    op.create_index("task_assignee", "task", ["assignee_id", "status", "due_at", "task_id"], unique=False)
    op.create_index("task_case", "task", ["case_id"], unique=False)
    op.create_index("task_list", "task", ["status", "due_at", "task_id"], unique=False)
    op.create_index(
        "task_one_open", "task", ["case_id", "kind"], unique=True, postgresql_where=sa.text("status = 'open' AND kind <> 'release_results'")
    )
    op.create_index(
        "task_one_release",
        "task",
        ["cycle_id", "unit_id"],
        unique=True,
        postgresql_where=sa.text("status = 'open' AND kind = 'release_results'"),
    )
    op.create_index("task_unit", "task", ["cycle_id", "unit_id", "status"], unique=False)
    op.create_table(
        "reminder_sent",
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("assignee_id", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("days_left", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["task.task_id"],
        ),
        sa.PrimaryKeyConstraint("task_id", "assignee_id", "due_on", "days_left"),
    )
