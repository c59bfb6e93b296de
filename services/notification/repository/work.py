"""Queries about what messages are about: whose a case is, where a task stands, what a cycle does by itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import text
from sqlmodel import col, select

from kit.unit import UnitOfWork
from services.notification.domain.lapse import Task
from services.notification.models import CaseCopy, CycleCopy, TaskCopy

PUT_CASES = text(
    """
    INSERT INTO appraisal_case (case_id, cycle_id, employee_id)
    SELECT case_id, cycle_id, employee_id FROM json_to_recordset(CAST(:rows AS json)) AS given(case_id text, cycle_id text, employee_id text)
    ON CONFLICT (case_id) DO NOTHING
    """
)
PUT_CYCLES = text(
    """
    INSERT INTO cycle (cycle_id, policies)
    SELECT cycle_id, policies FROM json_to_recordset(CAST(:rows AS json)) AS given(cycle_id text, policies jsonb)
    ON CONFLICT (cycle_id) DO UPDATE SET policies = excluded.policies
    """
)
# What is closed stays closed; a task in other hands is another version of it.
PUT_TASKS = text(
    """
    INSERT INTO task (task_id, case_id, kind, assignee_id, due_at, closed, version)
    SELECT task_id, case_id, kind, assignee_id, due_at, closed, moves FROM json_to_recordset(CAST(:rows AS json))
        AS given(task_id text, case_id text, kind text, assignee_id text, due_at timestamptz, closed boolean, moves integer)
    ON CONFLICT (task_id) DO UPDATE SET assignee_id = excluded.assignee_id, due_at = coalesce(excluded.due_at, task.due_at),
        closed = task.closed OR excluded.closed, version = task.version + excluded.version
    """
)


async def put_cases(unit: UnitOfWork, rows: Mapping[str, Mapping[str, object]]) -> None:
    """Add cases, by case id; one that is known stays as it is."""
    await unit.session.execute(PUT_CASES, {"rows": orjson.dumps(list(rows.values())).decode()})


async def employees_of_cases(unit: UnitOfWork, case_ids: Sequence[str]) -> dict[str, str]:
    """Whose the cases are; cases not known yet are left out."""
    statement = select(CaseCopy.case_id, CaseCopy.employee_id).where(col(CaseCopy.case_id).in_(case_ids))
    return dict((await unit.session.exec(statement)).all())


async def put_cycles(unit: UnitOfWork, rows: Mapping[str, Mapping[str, object]]) -> None:
    await unit.session.execute(PUT_CYCLES, {"rows": orjson.dumps(list(rows.values())).decode()})


async def policies(unit: UnitOfWork, cycle_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """What cycles do by themselves when a phase's time runs out, by cycle and phase."""
    statement = select(CycleCopy.cycle_id, CycleCopy.policies).where(col(CycleCopy.cycle_id).in_(cycle_ids))
    return {cycle_id: dict(found) for cycle_id, found in (await unit.session.exec(statement)).all()}


async def put_tasks(unit: UnitOfWork, rows: Mapping[str, Mapping[str, object]]) -> None:
    """Note where tasks stand, by task id; ``moves`` counts how often each changed hands in these events."""
    await unit.session.execute(PUT_TASKS, {"rows": orjson.dumps(list(rows.values())).decode()})


async def tasks(unit: UnitOfWork, task_ids: Collection[str]) -> dict[str, Task]:
    """Where tasks stand, by id."""
    found = (await unit.session.exec(select(TaskCopy).where(col(TaskCopy.task_id).in_(task_ids)))).all()
    return {row.task_id: Task(row.task_id, row.assignee_id, row.due_at, row.closed, row.version) for row in found}
