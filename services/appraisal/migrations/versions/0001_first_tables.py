"""The tables of the appraisal service: people, cycles, cases, plans, self-assessments and results."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from kit.db import create_plumbing

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

RESULT_GUARD = """
CREATE FUNCTION guard_result() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT 1 FROM result_version WHERE case_id = NEW.case_id AND status IN ('closed', 'withdrawn')) THEN
            RAISE EXCEPTION 'the result of case % is closed and takes no further version', NEW.case_id;
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a result is never deleted (case %)', OLD.case_id;
    END IF;
    IF OLD.status <> 'provisional' THEN
        RAISE EXCEPTION 'version % of the result of case % is % and cannot change', OLD.version, OLD.case_id, OLD.status;
    END IF;
    IF (NEW.case_id, NEW.version, NEW.results, NEW.behaviour, NEW.category, NEW.explanation, NEW.hash, NEW.cause, NEW.reason, NEW.scored_at)
        IS DISTINCT FROM
       (OLD.case_id, OLD.version, OLD.results, OLD.behaviour, OLD.category, OLD.explanation, OLD.hash, OLD.cause, OLD.reason, OLD.scored_at)
    THEN
        RAISE EXCEPTION 'what version % of the result of case % says cannot change; add a version', OLD.version, OLD.case_id;
    END IF;
    RETURN NEW;
END $$;
"""
RESULT_TRIGGER = (
    "CREATE TRIGGER result_guard BEFORE INSERT OR UPDATE OR DELETE ON result_version FOR EACH ROW EXECUTE FUNCTION guard_result()"
)


def _instant(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def upgrade() -> None:
    create_plumbing(op.get_bind())
    _people()
    _cases()
    _answers()
    op.execute(RESULT_GUARD)
    op.execute(RESULT_TRIGGER)


def _people() -> None:
    op.create_table(
        "unit",
        _text("unit_id"),
        _text("name"),
        _text("parent_id", nullable=True),
        _text("kind"),
        _text("head_id", nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.unit_id"], deferrable=True, initially="DEFERRED"),
    )
    op.create_index("unit_parent", "unit", ["parent_id"])
    op.create_table(
        "person",
        _text("person_id"),
        _text("nip"),
        _text("name"),
        _text("email"),
        _text("unit_id"),
        _text("position"),
        _text("position_kind"),
        _text("position_level"),
        _text("rank"),
        _text("supervisor_id", nullable=True),
        _text("employment"),
        sa.Column("roles", ARRAY(sa.Text()), nullable=False),
        _text("language"),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
        sa.UniqueConstraint("nip"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.unit_id"], deferrable=True, initially="DEFERRED"),
        sa.ForeignKeyConstraint(["supervisor_id"], ["person.person_id"], deferrable=True, initially="DEFERRED"),
    )
    op.create_index("person_unit", "person", ["unit_id"])
    op.create_index("person_supervisor", "person", ["supervisor_id"])
    op.create_index("person_name", "person", ["name", "person_id"])
    op.create_foreign_key(None, "unit", "person", ["head_id"], ["person_id"], deferrable=True, initially="DEFERRED")


def _cases() -> None:
    op.create_table(
        "cycle",
        _text("cycle_id"),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("definition", JSONB(), nullable=False),
        _text("status"),
        _instant("defined_at"),
        _instant("opened_at", nullable=True),
        _instant("closed_at", nullable=True),
        sa.PrimaryKeyConstraint("cycle_id"),
    )
    op.create_table(
        "appraisal_case",
        _text("case_id"),
        _text("cycle_id"),
        _text("person_id"),
        _text("unit_id"),
        _text("phase"),
        _instant("phase_due_at"),
        sa.Column("passed_over", ARRAY(sa.Text()), nullable=False),
        _text("status"),
        _text("outcome", nullable=True),
        sa.Column("line", ARRAY(sa.Text()), nullable=False),
        sa.Column("result_version", sa.Integer(), nullable=False),
        _instant("opened_at"),
        _instant("closed_at", nullable=True),
        sa.PrimaryKeyConstraint("case_id"),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.cycle_id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"]),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.unit_id"]),
    )
    op.create_index("appraisal_case_person", "appraisal_case", ["person_id"])
    op.create_index("appraisal_case_unit", "appraisal_case", ["cycle_id", "unit_id", "phase"])
    op.create_index("appraisal_case_line", "appraisal_case", ["line"], postgresql_using="gin")
    op.create_table("case_reader", _text("person_id"), _text("scope"), sa.PrimaryKeyConstraint("person_id", "scope"))


def _answers() -> None:
    of_case = sa.ForeignKeyConstraint
    op.create_table(
        "plan",
        _text("case_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("status"),
        sa.Column("objectives", JSONB(), nullable=False),
        sa.Column("behaviour_expectations", JSONB(), nullable=False),
        _text("return_reason", nullable=True),
        _instant("saved_at"),
        _instant("submitted_at", nullable=True),
        _instant("decided_at", nullable=True),
        _text("decided_by", nullable=True),
        sa.PrimaryKeyConstraint("case_id"),
        of_case(["case_id"], ["appraisal_case.case_id"]),
    )
    op.create_table(
        "submitted_plan",
        _text("case_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("objectives", JSONB(), nullable=False),
        sa.Column("behaviour_expectations", JSONB(), nullable=False),
        _instant("submitted_at"),
        _text("submitted_by"),
        sa.PrimaryKeyConstraint("case_id", "version"),
        of_case(["case_id"], ["appraisal_case.case_id"]),
    )
    op.create_table(
        "self_assessment",
        _text("case_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("status"),
        sa.Column("realisations", JSONB(), nullable=False),
        _text("summary"),
        sa.Column("behaviour_notes", JSONB(), nullable=False),
        _instant("saved_at"),
        _instant("submitted_at", nullable=True),
        sa.PrimaryKeyConstraint("case_id"),
        of_case(["case_id"], ["appraisal_case.case_id"]),
    )
    op.create_table(
        "result_version",
        _text("case_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("status"),
        _text("results"),
        _text("behaviour"),
        _text("category"),
        sa.Column("explanation", JSONB(), nullable=False),
        _text("hash"),
        _text("cause"),
        _text("reason"),
        _instant("scored_at"),
        _instant("closed_at", nullable=True),
        sa.PrimaryKeyConstraint("case_id", "version"),
        of_case(["case_id"], ["appraisal_case.case_id"]),
    )
    op.create_index(
        "result_version_one_valid",
        "result_version",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('provisional', 'closed')"),
    )


def downgrade() -> None:
    # Nothing to go back to, and dropping all tables by a mistyped command would lose a city's results.
    raise RuntimeError("the first revision has nothing before it; drop the database instead")
