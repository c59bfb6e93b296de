"""Migrations on data: what is in the database when a new version comes is there afterwards, and what is new fits it."""

from __future__ import annotations

from sqlalchemy import text
from sqlmodel import select

from kit.db import Database
from kit.migrations import upgrade
from services.supervision.models import Case, CaseCountChange, CitizenAnswer, Row
from tests.forward import aged, lost, migrate, read_back

ONE_CASE = (
    "INSERT INTO cycle (cycle_id, definition, status) VALUES ('skp-2026', '{}', 'open')",
    "INSERT INTO unit (unit_id, name, active) VALUES ('dinkes', 'Dinas Kesehatan', true)",
    "INSERT INTO person (person_id, name, unit_id, position, roles, active) VALUES ('p-rina', 'Rina', 'dinkes', 'Perawat', '{}', true)",
    "INSERT INTO appraisal_case (case_id, cycle_id, employee_id, unit_id, phase, phase_opened_at, phase_due_at, status, paused, line,"
    " plan_state, check_ins_required, check_ins_recorded, self_assessed, reviewed, evaluated, released, session_held, acknowledged,"
    " objected, objection_decided, attention, opened_at, version) SELECT 'skp-2026.p-rina', 'skp-2026', 'p-rina', 'dinkes', 'monitoring',"
    " now(), now(), 'open', true, '{p-sari}', 'approved', 2, 1, false, false, false, false, false, false, false, false, '{}', now(), 7",
)
COMPLAINT = (
    "INSERT INTO citizen_answer (answer_id, unit_id, year, received_at, language, ratings, text, flagged, status, complaint_due_at,"
    " resolution, version) VALUES ('a', 'dinkes', 2026, now(), 'id', '{}', '', '{}', 'published', now(), '', 1),"
    " ('b', 'dinkes', 2026, now(), 'id', '{}', '', '{}', 'published', NULL, '', 1)"
)


async def test_migrations_go_forward_on_data_rows_of_every_older_revision_are_read_through_the_models_as_they_were(
    empty_database: str,
) -> None:
    """Lesson: migrations made at install, different everywhere."""
    put_in = await aged("supervision", empty_database)
    assert len(put_in["appraisal_case"]) > 10
    assert list(lost(put_in, await read_back(empty_database, Row))) == []


async def test_a_case_and_a_complaint_from_before_the_desk_counted_them_are_counted_and_numbered(empty_database: str) -> None:
    migrate("supervision", empty_database, "0001")
    database = Database(empty_database)
    async with database.transaction() as session:
        for statement in ONE_CASE:
            await session.execute(text(statement))
    migrate("supervision", empty_database, "0011")
    async with database.transaction() as session:
        await session.execute(text(COMPLAINT))
    upgrade("supervision", empty_database)
    async with database.reading() as session:
        case = (await session.exec(select(Case))).one()
        counted = (await session.exec(select(CaseCountChange))).one()
        answers = {answer.answer_id: answer.complaint_number for answer in (await session.exec(select(CitizenAnswer))).all()}
    await database.close()
    assert (case.line, case.version, case.draw_reasons, case.objection_lapsed) == (["p-sari"], 7, [], False)
    assert (counted.unit_id, counted.phase, counted.urgency, counted.cases) == ("dinkes", "monitoring", 4, 1)
    assert answers == {"a": 1, "b": 0}
