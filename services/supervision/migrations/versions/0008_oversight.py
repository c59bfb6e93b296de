"""Oversight: the independent evaluation's team, conflicts, draw and decisions; calibration's moves and locks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = (
    "calibration_lock",
    "calibration_move",
    "evaluation_decision",
    "evaluation_lot",
    "evaluation_draw",
    "evaluation_conflict",
    "evaluation_member",
)
OF_A_CASE = (
    "self_results",
    "self_behaviour",
    "results",
    "behaviour",
    "category",
    "result_version",
    "complaint_standing",
    "draw_reasons",
    "evaluation_decision_wanted",
    "objection_evaluation",
    "move_proposed",
)


def upgrade() -> None:
    for name in OF_A_CASE[:5]:
        op.add_column("appraisal_case", sa.Column(name, sa.Text(), nullable=True))
    _add("appraisal_case", sa.Column("result_version", sa.Integer(), nullable=False, server_default="0"))
    _add("appraisal_case", sa.Column("draw_reasons", ARRAY(sa.Text()), nullable=False, server_default="{}"))
    for name in ("complaint_standing", "evaluation_decision_wanted", "objection_evaluation", "move_proposed"):
        _add("appraisal_case", sa.Column(name, sa.Boolean(), nullable=False, server_default="false"))
    op.add_column("evaluation", sa.Column("results", sa.Text(), nullable=True))
    op.add_column("evaluation", sa.Column("behaviour", sa.Text(), nullable=True))
    _add("evaluation", sa.Column("discrepant", sa.Boolean(), nullable=False, server_default="false"))
    _evaluation_tables()
    _calibration_tables()


def _evaluation_tables() -> None:
    op.create_table(
        "evaluation_member",
        sa.Column("cycle_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("named_by", sa.Text(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.cycle_id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"]),
        sa.PrimaryKeyConstraint("cycle_id", "person_id"),
    )
    op.create_table(
        "evaluation_conflict",
        sa.Column("conflict_id", sa.Text(), nullable=False),
        sa.Column("cycle_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("unit_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("declared_by", sa.Text(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.cycle_id"]),
        sa.PrimaryKeyConstraint("conflict_id"),
    )
    op.create_index("evaluation_conflict_member", "evaluation_conflict", ["cycle_id", "member_id"], unique=False)
    op.create_table(
        "evaluation_draw",
        sa.Column("cycle_id", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.Float(), nullable=False),
        sa.Column("drawn_by", sa.Text(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.cycle_id"]),
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
    op.create_index("ix_evaluation_lot_cycle_id", "evaluation_lot", ["cycle_id"], unique=False)
    op.create_table(
        "evaluation_decision",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.Column("results", sa.Text(), nullable=False),
        sa.Column("behaviour", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["appraisal_case.case_id"]),
        sa.PrimaryKeyConstraint("case_id"),
    )


def _calibration_tables() -> None:
    op.create_table(
        "calibration_move",
        sa.Column("move_id", sa.Text(), nullable=False),
        sa.Column("cycle_id", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
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
        sa.ForeignKeyConstraint(["case_id"], ["appraisal_case.case_id"]),
        sa.PrimaryKeyConstraint("move_id"),
    )
    op.create_index("calibration_move_one_open", "calibration_move", ["case_id"], unique=True, postgresql_where=sa.text("status = 'open'"))
    op.create_index("calibration_move_unit", "calibration_move", ["cycle_id", "unit_id"], unique=False)
    op.create_table(
        "calibration_lock",
        sa.Column("lock_id", sa.Text(), nullable=False),
        sa.Column("cycle_id", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("counts", JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("locked_by", sa.Text(), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("lock_id"),
    )
    op.create_index("calibration_lock_unit", "calibration_lock", ["cycle_id", "unit_id"], unique=False)


def _add(table: str, column: sa.Column[object]) -> None:
    """A column whose earlier rows take its first value; later rows name theirs."""
    op.add_column(table, column)
    op.alter_column(table, column.name, server_default=None)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    for name in ("results", "behaviour", "discrepant"):
        op.drop_column("evaluation", name)
    for name in OF_A_CASE:
        op.drop_column("appraisal_case", name)
