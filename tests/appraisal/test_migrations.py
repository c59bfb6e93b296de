"""Migrations on data: what is in the database when a new version comes is there afterwards, and what is new fits it."""

from __future__ import annotations

from sqlalchemy import text
from sqlmodel import col, select

from kit.db import Database
from kit.migrations import upgrade
from services.appraisal.models import Row, SubmittedPlan
from tests.forward import aged, lost, migrate, read_back

PLANS = (
    "INSERT INTO unit (unit_id, name, kind, active) VALUES ('dinkes', 'Dinas Kesehatan', '', true)",
    "INSERT INTO person (person_id, nip, name, email, unit_id, position, position_kind, position_level, rank, employment, roles, language,"
    " active, version) VALUES ('p-rina', '1', 'Rina', '', 'dinkes', 'Perawat', 'fungsional', '', '', 'PNS', '{employee}', 'id', true, 1)",
    "INSERT INTO cycle (cycle_id, year, definition, status, defined_at) VALUES ('skp-2026', 2026, '{}', 'open', now())",
    "INSERT INTO appraisal_case (case_id, cycle_id, person_id, unit_id, phase, phase_due_at, passed_over, status, line, result_version,"
    " opened_at) VALUES ('skp-2026.p-rina', 'skp-2026', 'p-rina', 'dinkes', 'monitoring', now(), '{}', 'open', '{}', 0, now())",
    "INSERT INTO plan (case_id, version, status, objectives, behaviour_expectations, saved_at, submitted_at, decided_at, decided_by)"
    " VALUES ('skp-2026.p-rina', 4, 'approved', '[]', '{}', now(), now(), now(), 'p-sari')",
    "INSERT INTO submitted_plan (case_id, version, objectives, behaviour_expectations, submitted_at, submitted_by)"
    " SELECT 'skp-2026.p-rina', version, '[]', '{}', now(), 'p-rina' FROM unnest(ARRAY[2, 4]) AS version",
)


async def test_migrations_go_forward_on_data_rows_of_every_older_revision_are_read_through_the_models_as_they_were(
    empty_database: str,
) -> None:
    """Lesson: migrations made at install, different everywhere."""
    put_in = await aged("appraisal", empty_database)
    assert len(put_in["person"]) > 10
    assert list(lost(put_in, await read_back(empty_database, Row))) == []


async def test_plans_handed_in_before_their_outcome_was_kept_get_the_one_they_had(empty_database: str) -> None:
    migrate("appraisal", empty_database, "0002")
    database = Database(empty_database)
    async with database.transaction() as session:
        for statement in PLANS:
            await session.execute(text(statement))
    upgrade("appraisal", empty_database)
    async with database.reading() as session:
        plans = (await session.exec(select(SubmittedPlan).order_by(col(SubmittedPlan.version)))).all()
    await database.close()
    assert [(plan.version, plan.outcome, plan.decided_by, plan.form) for plan in plans] == [
        (2, "returned", None, "quantitative"),
        (4, "approved", "p-sari", "quantitative"),
    ]
