"""Evaluation team and draw, blind evaluation, the superior's decisions, calibration, drafts and returned self-assessments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0004"
down_revision = "0001"
branch_labels = None
depends_on = None

FLAGS = ("self_assessment_returned", "discrepancy", "look_wanted", "objection_evaluation", "move_proposed", "complaint_standing")


def upgrade() -> None:
    for flag in FLAGS:
        _add_filled("appraisal_case", flag, sa.Boolean(), "false")
    for name in ("self_results", "self_behaviour", "results", "behaviour", "category"):
        op.add_column("appraisal_case", sa.Column(name, sa.Text(), nullable=True))
    _add_filled("appraisal_case", "result_version", sa.Integer(), "0")
    op.add_column("appraisal_case", sa.Column("draw_reasons", ARRAY(sa.Text()), nullable=True))
    op.add_column("evaluation", sa.Column("results", sa.Text(), nullable=True))
    op.add_column("evaluation", sa.Column("behaviour", sa.Text(), nullable=True))
    _add_filled("evaluation", "discrepant", sa.Boolean(), "false")
    _create_team()
    _create_decisions()


def _add_filled(table: str, name: str, kind: sa.types.TypeEngine[object], value: str) -> None:
    """A column that rows already there get a value for; new rows always say it themselves."""
    op.add_column(table, sa.Column(name, kind, nullable=False, server_default=sa.text(value)))
    op.alter_column(table, name, server_default=None)


def _create_team() -> None:
    op.create_table(
        "evaluation_member",
        sa.Column("cycle_id", sa.Text(), sa.ForeignKey("cycle.cycle_id"), nullable=False),
        sa.Column("person_id", sa.Text(), sa.ForeignKey("person.person_id"), nullable=False),
        sa.Column("named_by", sa.Text(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("cycle_id", "person_id"),
    )
    op.create_table(
        "evaluation_conflict",
        sa.Column("conflict_id", sa.Text(), nullable=False),
        sa.Column("cycle_id", sa.Text(), sa.ForeignKey("cycle.cycle_id"), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("unit_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("declared_by", sa.Text(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conflict_id"),
    )
    op.create_index("evaluation_conflict_member", "evaluation_conflict", ["cycle_id", "member_id"])
    op.create_table(
        "evaluation_draw",
        sa.Column("cycle_id", sa.Text(), sa.ForeignKey("cycle.cycle_id"), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("rate", sa.Float(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("cycle_id"),
    )
    op.create_table(
        "evaluation_lot",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("cycle_id", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("drawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index("ix_evaluation_lot_cycle_id", "evaluation_lot", ["cycle_id"])


def _create_decisions() -> None:
    op.create_table(
        "draft",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), sa.ForeignKey("appraisal_case.case_id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fields", JSONB(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "case_id", "kind"),
    )
    op.create_table(
        "superior_decision",
        sa.Column("case_id", sa.Text(), sa.ForeignKey("appraisal_case.case_id"), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.Column("results", sa.Text(), nullable=False),
        sa.Column("behaviour", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "about"),
    )
    op.create_table(
        "calibration_move",
        sa.Column("move_id", sa.Text(), nullable=False),
        sa.Column("cycle_id", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), sa.ForeignKey("appraisal_case.case_id"), nullable=False),
        sa.Column("from_results", sa.Text(), nullable=False),
        sa.Column("from_behaviour", sa.Text(), nullable=False),
        sa.Column("to_results", sa.Text(), nullable=False),
        sa.Column("to_behaviour", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("move_id"),
    )
    op.create_index("calibration_move_one_open", "calibration_move", ["case_id"], unique=True, postgresql_where=sa.text("status = 'open'"))
    op.create_index("calibration_move_unit", "calibration_move", ["cycle_id", "unit_id"])
