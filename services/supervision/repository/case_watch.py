"""Queries of the watch over cases: what nothing moves any more, tasks of people who cannot act, and what the workflows reported."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import text

from kit.unit import UnitOfWork
from services.supervision.repository.people import SERVES, STAND_IN

STEP_DONE = """CASE phase
    WHEN 'target_setting' THEN plan_state = 'approved'
    WHEN 'monitoring' THEN check_ins_recorded >= check_ins_required
    WHEN 'self_assessment' THEN self_assessed
    WHEN 'supervisor_review' THEN reviewed
    WHEN 'independent_evaluation' THEN evaluated AND NOT evaluation_decision_wanted
    WHEN 'calibration' THEN released
    WHEN 'feedback_session' THEN session_held AND (acknowledged OR objected)
    WHEN 'objection' THEN objection_decided
    ELSE true END"""
"""Whether the step of a case's phase asks for no task any more: ``domain.case_state.waiting_for`` gives None. A test compares the two."""
UNMOVED = text(
    f"""
    SELECT case_id, cycle_id, phase, done FROM (
        SELECT one.*, {STEP_DONE} AS done, NOT EXISTS (SELECT FROM task WHERE task.case_id = one.case_id AND task.status = 'open') AS idle
        FROM appraisal_case AS one WHERE one.status = 'open' AND NOT one.paused
    ) AS standing
    WHERE CASE WHEN done THEN cycle_id || '/' || phase = ANY(CAST(:moves_on AS text[])) ELSE idle
        AND NOT (phase = 'calibration' AND EXISTS (
            SELECT FROM task WHERE task.cycle_id = standing.cycle_id AND task.unit_id = standing.unit_id AND task.kind = 'release_results'
                AND task.status = 'open')) END
    ORDER BY case_id LIMIT :most
    """
)
HOLDERS = text(
    f"""
    SELECT person.person_id, person.name, person.active, person.ends_on, person.away_from, count(*) AS tasks,
        min(task.opened_at) AS first_opened_at, (array_agg(task.case_id ORDER BY task.due_at, task.case_id))[1:3] AS case_ids
    FROM person JOIN task ON task.assignee_id = person.person_id AND task.status = 'open' AND task.employee_id <> task.assignee_id
    JOIN appraisal_case USING (case_id)
    WHERE NOT {SERVES.format(person="person")} AND NOT appraisal_case.paused AND {STAND_IN} IS NULL
    GROUP BY person.person_id ORDER BY count(*) DESC, person.person_id LIMIT :most
    """
)
REPORT = text(
    """
    WITH reported AS (SELECT case_id, array_agg(kind ORDER BY kind) AS kinds
        FROM unnest(CAST(:case_ids AS text[]), CAST(:kinds AS text[])) AS given(case_id, kind) GROUP BY case_id
    ), changed AS (
        SELECT appraisal_case.case_id, coalesce(reported.kinds, '{}') AS kinds
        FROM appraisal_case LEFT JOIN reported USING (case_id)
        WHERE (appraisal_case.urgency = 0 OR reported.case_id IS NOT NULL) AND appraisal_case.troubles <> coalesce(reported.kinds, '{}')
        ORDER BY case_id FOR UPDATE OF appraisal_case SKIP LOCKED
    )
    UPDATE appraisal_case SET troubles = changed.kinds FROM changed WHERE appraisal_case.case_id = changed.case_id
    RETURNING appraisal_case.case_id
    """
)


async def unmoved(unit: UnitOfWork, moves_on: Collection[tuple[str, str]], most: int) -> Sequence[Any]:
    """Open cases whose step is done although the next may begin (``moves_on``: cycle and phase), and those whose task is missing."""
    places = sorted(f"{cycle_id}/{phase}" for cycle_id, phase in moves_on)
    return list((await unit.session.execute(UNMOVED, {"moves_on": places, "most": most})).all())


async def holders_who_cannot_act(unit: UnitOfWork, today: date, most: int) -> Sequence[Any]:
    """People with open tasks in others' cases who are not in service today, and for whom nobody stands in."""
    return list((await unit.session.execute(HOLDERS, {"today": today, "most": most})).all())


async def report(unit: UnitOfWork, troubles: Mapping[str, Sequence[str]]) -> list[str]:
    """Keep which cases are in trouble, and of what kinds; returns whose changed. Cases somebody is just changing are taken next time."""
    pairs = [(case_id, kind) for case_id, kinds in troubles.items() for kind in kinds]
    values = {"case_ids": [case_id for case_id, _ in pairs], "kinds": [kind for _, kind in pairs]}
    return list((await unit.session.execute(REPORT, values)).scalars())


async def definitions_that_run(unit: UnitOfWork) -> Mapping[str, Mapping[str, Any]]:
    """The definitions of the cycles that are not over."""
    rows = await unit.session.execute(text("SELECT cycle_id, definition FROM cycle WHERE status <> 'closed'"))
    return {row.cycle_id: row.definition for row in rows}
