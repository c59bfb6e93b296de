"""Plans get a form and annexes, revisions and an outcome of each submission; templates for plans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OUTCOME_OF_EARLIER = """
UPDATE submitted_plan SET
    outcome = CASE WHEN plan.version > submitted_plan.version THEN 'returned' ELSE plan.status END,
    decided_at = CASE WHEN plan.version = submitted_plan.version THEN plan.decided_at END,
    decided_by = CASE WHEN plan.version = submitted_plan.version THEN plan.decided_by END,
    decision_reason = CASE WHEN plan.version = submitted_plan.version THEN plan.return_reason END
FROM plan WHERE plan.case_id = submitted_plan.case_id
"""
"""A plan that was handed in and changed again had been returned."""


def _instant(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _json(name: str) -> sa.Column:
    return sa.Column(name, JSONB(), nullable=False)


def _content() -> list[sa.Column]:
    return [_text("form"), _json("objectives"), _json("behaviour_expectations"), _json("annexes")]


def upgrade() -> None:
    for table in ("plan", "submitted_plan"):
        op.add_column(table, sa.Column("form", sa.Text(), nullable=False, server_default="quantitative"))
        op.add_column(table, sa.Column("annexes", JSONB(), nullable=False, server_default="{}"))
        op.alter_column(table, "form", server_default=None)
        op.alter_column(table, "annexes", server_default=None)
    op.add_column("submitted_plan", _text("revision_reason", nullable=True))
    op.add_column("submitted_plan", sa.Column("outcome", sa.Text(), nullable=False, server_default="submitted"))
    op.alter_column("submitted_plan", "outcome", server_default=None)
    op.add_column("submitted_plan", _instant("decided_at"))
    op.add_column("submitted_plan", _text("decided_by", nullable=True))
    op.add_column("submitted_plan", _text("decision_reason", nullable=True))
    op.execute(OUTCOME_OF_EARLIER)
    op.create_table(
        "plan_revision",
        _text("case_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        _text("status"),
        _text("reason"),
        *_content(),
        _text("return_reason", nullable=True),
        _instant("opened_at", nullable=False),
        _instant("saved_at", nullable=False),
        _instant("submitted_at"),
        _instant("decided_at"),
        _text("decided_by", nullable=True),
        sa.PrimaryKeyConstraint("case_id"),
        sa.ForeignKeyConstraint(["case_id"], ["appraisal_case.case_id"]),
    )
    op.create_table(
        "plan_template",
        _text("template_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("name"),
        _text("position_kind", nullable=True),
        _text("position"),
        sa.Column("active", sa.Boolean(), nullable=False),
        *_content(),
        _instant("saved_at", nullable=False),
        _text("saved_by"),
        sa.PrimaryKeyConstraint("template_id"),
    )
    op.create_index("plan_template_name", "plan_template", ["name", "template_id"])


def downgrade() -> None:
    op.drop_table("plan_template")
    op.drop_table("plan_revision")
    for column in ("form", "annexes", "revision_reason", "outcome", "decided_at", "decided_by", "decision_reason"):
        op.drop_column("submitted_plan", column)
    for column in ("form", "annexes"):
        op.drop_column("plan", column)
