"""Queries about tasks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, or_, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from kit.auth import Principal
from kit.unit import UnitOfWork
from services.supervision.models import Case, Person, ReminderSent, Task
from services.supervision.repository.readable import condition, reader, reads_all

_OPEN_TASKS: Any = select(Task).where(Task.case_id == bindparam("case_id"), Task.status == "open").execution_options(autoflush=False)
_EMPLOYEE: Any = aliased(Person)
_ASSIGNEE: Any = aliased(Person)


async def open_tasks(unit: UnitOfWork, case_id: str) -> list[Task]:
    """The open tasks of a case whose row is held, with what this transaction has changed but not yet written."""
    stored: list[Task] = list((await unit.session.exec(_OPEN_TASKS, params={"case_id": case_id})).all())
    unwritten = [row for row in unit.session.new if isinstance(row, Task) and row.case_id == case_id]
    return [task for task in [*stored, *unwritten] if task.status == "open"]


async def open_tasks_of(unit: UnitOfWork, case_ids: list[str]) -> dict[str, list[Task]]:
    """The open tasks of several cases."""
    found: dict[str, list[Task]] = {}
    if case_ids:
        for task in (await unit.session.exec(select(Task).where(col(Task.case_id).in_(case_ids), Task.status == "open"))).all():
            found.setdefault(task.case_id, []).append(task)
    return found


async def open_release(unit: UnitOfWork, cycle_id: str, unit_id: str) -> Task | None:
    """The open task to release a unit's results."""
    statement = select(Task).where(
        Task.cycle_id == cycle_id, Task.unit_id == unit_id, Task.status == "open", Task.kind == "release_results"
    )
    return (await unit.session.exec(statement)).one_or_none()


async def has_released(unit: UnitOfWork, cycle_id: str, unit_id: str, person_id: str) -> bool:
    """Whether a person has released results of a unit before."""
    statement = select(Task.task_id).where(
        Task.cycle_id == cycle_id, Task.unit_id == unit_id, Task.kind == "release_results", Task.closed_by == person_id
    )
    return (await unit.session.exec(statement.limit(1))).first() is not None


async def open_of_unit_held_by(unit: UnitOfWork, unit_id: str, person_id: str | None) -> list[Task]:
    """The open release tasks of a unit, and the open tasks somebody holds in its cases."""
    held = or_(col(Task.kind) == "release_results", col(Task.assignee_id) == person_id)
    return list((await unit.session.exec(select(Task).where(Task.unit_id == unit_id, Task.status == "open", held))).all())


async def closed_by(unit: UnitOfWork, case_id: str, kind: str, person_id: str) -> bool:
    """Whether a person, or somebody in their place, has carried out a task of this kind in the case."""
    theirs = or_(col(Task.closed_by) == person_id, and_(col(Task.on_behalf_of) == person_id, col(Task.closed_by).is_not(None)))
    statement = select(Task.task_id).where(Task.case_id == case_id, Task.kind == kind, theirs).limit(1)
    return (await unit.session.exec(statement)).first() is not None


async def remember_reminder(unit: UnitOfWork, task: Task, due_on: Any, days_left: int) -> bool:
    """True the first time a person is reminded of this date of this task."""
    statement = (
        insert(ReminderSent)
        .values(task_id=task.task_id, assignee_id=task.assignee_id, due_on=due_on, days_left=days_left, sent_at=unit.now)
        .on_conflict_do_nothing()
        .returning(col(ReminderSent.task_id))
    )
    return (await unit.session.execute(statement)).scalar_one_or_none() is not None


def _with_names() -> Any:
    statement: Any = select(
        Task, _EMPLOYEE.name.label("employee_name"), _ASSIGNEE.name.label("assignee_name"), col(Case.paused).label("paused")
    )
    statement = statement.join(Case, Case.case_id == Task.case_id)
    statement = statement.outerjoin(_EMPLOYEE, _EMPLOYEE.person_id == Task.employee_id)
    return statement.outerjoin(_ASSIGNEE, _ASSIGNEE.person_id == Task.assignee_id)


_WITH_NAMES = _with_names()
_OF_CASE = _WITH_NAMES.where(Task.case_id == bindparam("case_id"), Task.status == "open").order_by(Task.due_at, Task.task_id)


async def page(
    unit: UnitOfWork,
    *,
    assignee_id: str | None,
    status: str | None,
    kind: str | None,
    case_id: str | None,
    cycle_id: str | None,
    unit_id: str | None,
    after: tuple[datetime, str] | None,
    limit: int,
) -> list[Any]:
    """Tasks by due date; ``assignee_id`` None means everybody's, which the caller must be allowed to see."""
    statement = _WITH_NAMES
    wanted = {"assignee_id": assignee_id, "status": status, "kind": kind, "case_id": case_id, "cycle_id": cycle_id, "unit_id": unit_id}
    for column, value in wanted.items():
        if value is not None:
            statement = statement.where(getattr(Task, column) == value)
    if after is not None:
        statement = statement.where(tuple_(col(Task.due_at), col(Task.task_id)) > after)
    return list((await unit.session.execute(statement.order_by(Task.due_at, Task.task_id).limit(limit))).all())


async def readable_task(unit: UnitOfWork, caller: Principal, task_id: str) -> Any | None:
    """A task that is the caller's, or of a case the caller may read."""
    allowed = or_(col(Task.assignee_id) == caller.person_id, condition(everything=reads_all(caller)))
    return (await unit.session.execute(_WITH_NAMES.where(col(Task.task_id) == task_id, allowed), reader(caller))).one_or_none()


async def open_of_case_with_names(unit: UnitOfWork, case_id: str) -> list[Any]:
    """The open tasks of a case, as lists show them."""
    return list((await unit.session.execute(_OF_CASE, {"case_id": case_id})).all())


async def open_kinds_of_cycle(unit: UnitOfWork, cycle_id: str) -> dict[str, set[str]]:
    """The kinds of open tasks by case."""
    found: dict[str, set[str]] = {}
    statement = select(Task.case_id, Task.kind).where(Task.cycle_id == cycle_id, Task.status == "open")
    for case_id, kind in (await unit.session.exec(statement)).all():
        found.setdefault(case_id, set()).add(kind)
    return found


async def units_with_open_release(unit: UnitOfWork, cycle_id: str) -> set[str]:
    """Units whose release is open."""
    statement = select(Task.unit_id).where(Task.cycle_id == cycle_id, Task.status == "open", Task.kind == "release_results")
    return set((await unit.session.exec(statement)).all())
