"""Delegations and acting officials, long leave of people, and the parts of a year with their assessors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("away_from", sa.Date(), nullable=True))
    op.add_column("person", sa.Column("away_until", sa.Date(), nullable=True))
    op.add_column("person", sa.Column("on_duty", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.alter_column("person", "on_duty", server_default=None)
    op.add_column("task", sa.Column("on_behalf_of", sa.Text(), nullable=True))
    op.drop_index("task_one_open", "task")
    _one_open("status = 'open' AND kind NOT IN ('release_results', 'rate_part')")
    op.create_index(
        "task_one_part", "task", ["case_id", "number"], unique=True, postgresql_where=sa.text("status = 'open' AND kind = 'rate_part'")
    )
    op.create_table(
        "stand_in",
        sa.Column("stand_in_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("for_person_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("stand_in_id"),
        sa.ForeignKeyConstraint(["for_person_id"], ["person.person_id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"]),
    )
    op.create_index("stand_in_for", "stand_in", ["for_person_id", "ends_on"])
    op.create_index("stand_in_person", "stand_in", ["person_id"])
    op.create_index("stand_in_waiting", "stand_in", ["starts_on", "ends_on"], postgresql_where=sa.text("finished_at IS NULL"))
    op.create_table(
        "assessment_part",
        sa.Column("part_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("assessor_id", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("results", sa.Text(), nullable=True),
        sa.Column("behaviour", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("part_id"),
        sa.ForeignKeyConstraint(["case_id"], ["appraisal_case.case_id"]),
        sa.UniqueConstraint("case_id", "number", name="assessment_part_number"),
    )


def _one_open(condition: str) -> None:
    op.create_index("task_one_open", "task", ["case_id", "kind"], unique=True, postgresql_where=sa.text(condition))


def downgrade() -> None:
    op.drop_table("assessment_part")
    op.drop_table("stand_in")
    op.drop_index("task_one_part", "task")
    op.drop_index("task_one_open", "task")
    op.execute("DELETE FROM task WHERE kind = 'rate_part'")
    _one_open("status = 'open' AND kind <> 'release_results'")
    op.drop_column("task", "on_behalf_of")
    for column in ("on_duty", "away_until", "away_from"):
        op.drop_column("person", column)
