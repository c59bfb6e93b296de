"""The desk's lists of cases: their urgency, indexes that hold for a million, and counts kept by a trigger."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None

URGENCY = """CASE WHEN status = 'closed' THEN 5 WHEN paused THEN 4 WHEN cardinality(troubles) > 0 THEN 0
    WHEN cardinality(attention) > 0 THEN 1 WHEN escalations > 0 THEN 2 ELSE 3 END"""
PLACE = """{row}.cycle_id, {row}.unit_id, {row}.phase, {row}.urgency,
    (timezone('Asia/Jakarta', {row}.phase_opened_at))::date, date_trunc('hour', {row}.phase_due_at, 'UTC')"""
COLUMNS = "cycle_id, unit_id, phase, urgency, opened_on, due_hour, cases"
COUNT = f"""
CREATE FUNCTION count_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO case_count_change ({COLUMNS}) VALUES ({PLACE.format(row="OLD")}, -1);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO case_count_change ({COLUMNS}) VALUES ({PLACE.format(row="NEW")}, 1);
    END IF;
    RETURN NULL;
END $$
"""
MOVED = ["cycle_id", "unit_id", "phase", "urgency", "phase_opened_at", "phase_due_at"]
WATCHED = f"({', '.join(f'OLD.{name}' for name in MOVED)}) IS DISTINCT FROM ({', '.join(f'NEW.{name}' for name in MOVED)})"


def _place() -> list[sa.Column[Any]]:
    return [
        sa.Column("cycle_id", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("urgency", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
    ]


def upgrade() -> None:
    op.add_column("appraisal_case", sa.Column("troubles", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False))
    op.add_column("appraisal_case", sa.Column("escalations", sa.Integer(), server_default="0", nullable=False))
    op.add_column("appraisal_case", sa.Column("urgency", sa.SmallInteger(), sa.Computed(URGENCY, persisted=True), nullable=False))
    op.create_index("appraisal_case_urgent", "appraisal_case", ["cycle_id", "urgency", "phase_due_at", "case_id"])
    op.create_index("appraisal_case_urgent_in_phase", "appraisal_case", ["cycle_id", "phase", "urgency", "phase_due_at", "case_id"])
    op.create_index("appraisal_case_oldest", "appraisal_case", ["cycle_id", "phase_opened_at"])
    op.create_index("person_name_words", "person", [sa.text("to_tsvector('simple', name)")], postgresql_using="gin")
    op.create_table("case_count", *_place(), sa.PrimaryKeyConstraint(*(column.name for column in _place()[:-1])))
    position = sa.Column("position", sa.BigInteger(), sa.Identity(), nullable=False)
    op.create_table("case_count_change", position, *_place(), sa.PrimaryKeyConstraint("position"))
    op.execute(COUNT)
    op.execute("CREATE TRIGGER case_counted AFTER INSERT OR DELETE ON appraisal_case FOR EACH ROW EXECUTE FUNCTION count_case()")
    op.execute(f"CREATE TRIGGER case_moved AFTER UPDATE ON appraisal_case FOR EACH ROW WHEN ({WATCHED}) EXECUTE FUNCTION count_case()")
    op.execute(
        f"INSERT INTO case_count ({COLUMNS}) SELECT {PLACE.format(row='counted')}, count(*) FROM appraisal_case AS counted GROUP BY 1, 2, 3, 4, 5, 6"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER case_moved ON appraisal_case")
    op.execute("DROP TRIGGER case_counted ON appraisal_case")
    op.execute("DROP FUNCTION count_case")
    op.drop_table("case_count_change")
    op.drop_table("case_count")
    op.drop_index("person_name_words", table_name="person")
    for index in ("appraisal_case_oldest", "appraisal_case_urgent_in_phase", "appraisal_case_urgent"):
        op.drop_index(index, table_name="appraisal_case")
    for column in ("urgency", "escalations", "troubles"):
        op.drop_column("appraisal_case", column)
