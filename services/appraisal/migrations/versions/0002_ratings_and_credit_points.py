"""Ratings of periods, parts of the year and units; credit points stored with a result, as unchangeable as the result."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CREDIT_GUARD = """
CREATE FUNCTION guard_credit_points() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the credit points of version % of the result of case % cannot change; add a version', OLD.version, OLD.case_id;
END $$;
"""
CREDIT_TRIGGER = """
CREATE TRIGGER credit_points_guard BEFORE UPDATE ON result_version FOR EACH ROW
    WHEN (NEW.credit_points IS DISTINCT FROM OLD.credit_points) EXECUTE FUNCTION guard_credit_points();
"""


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def _instant(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.add_column("result_version", sa.Column("credit_points", JSONB(), nullable=True))
    op.execute(CREDIT_GUARD)
    op.execute(CREDIT_TRIGGER)
    op.create_table(
        "periodic_result",
        _text("case_id"),
        _number("number"),
        _text("results"),
        _text("behaviour"),
        _text("category"),
        _text("recorded_by"),
        _instant("recorded_at"),
        sa.PrimaryKeyConstraint("case_id", "number"),
        sa.ForeignKeyConstraint(["case_id"], ["appraisal_case.case_id"]),
    )
    op.create_table(
        "result_part",
        _text("case_id"),
        _number("number"),
        _number("first_month"),
        _number("last_month"),
        _text("assessor_id"),
        _text("results"),
        _text("behaviour"),
        _text("reason"),
        _text("recorded_by"),
        _instant("recorded_at"),
        _instant("withdrawn_at", nullable=True),
        sa.PrimaryKeyConstraint("case_id", "number"),
        sa.ForeignKeyConstraint(["case_id"], ["appraisal_case.case_id"]),
        sa.ForeignKeyConstraint(["assessor_id"], ["person.person_id"]),
    )
    op.create_table(
        "unit_result",
        _text("cycle_id"),
        _text("unit_id"),
        _number("version"),
        _text("result"),
        _text("reason"),
        _text("set_by"),
        _instant("set_at"),
        sa.PrimaryKeyConstraint("cycle_id", "unit_id", "version"),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.cycle_id"]),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.unit_id"]),
    )


def downgrade() -> None:
    for table in ("unit_result", "result_part", "periodic_result"):
        op.drop_table(table)
    op.execute("DROP TRIGGER credit_points_guard ON result_version")
    op.execute("DROP FUNCTION guard_credit_points()")
    op.drop_column("result_version", "credit_points")
