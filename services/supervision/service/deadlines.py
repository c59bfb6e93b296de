"""Due dates that move, reminders, and escalation to the next superior."""

from __future__ import annotations

from datetime import datetime

from contracts.cycle import CaseEscalated, DeadlineApproaching, DeadlineMoved
from contracts.envelope import Envelope
from contracts.supervision import TaskEscalated, TaskReminder
from kit.clock import CITY_ZONE
from kit.unit import UnitOfWork
from services.supervision.domain.case_state import beside
from services.supervision.domain.words import BESIDE_THE_WALK, EMPLOYEE_KINDS, AttentionCause, TaskKind
from services.supervision.models import Case, Task
from services.supervision.repository import tasks as rows
from services.supervision.service import assignments
from services.supervision.service.attention import raise_attention
from services.supervision.service.facts import facts_of, known_case, touch
from services.supervision.service.tasks import change_due, due_of, follow_session, place_again, task_fields

_OWN_DATES = frozenset({TaskKind.RECORD_CHECK_IN, TaskKind.ACKNOWLEDGE_RESULT})
"""Tasks that are not simply due with their phase."""


async def move_due_dates(unit: UnitOfWork, case: Case, phase: str, due_at: datetime, reason: str) -> None:
    """The phase's new due date reaches every open task of it; check-ins are spread anew, the objection days stay, and what stands
    beside the step keeps its own date as long as the phase lasts."""
    if case.phase != phase:
        return
    case.phase_due_at, case.escalations = due_at, 0
    touch(case)
    for task in await rows.open_tasks(unit, case.case_id):
        if task.phase != phase or task.kind in BESIDE_THE_WALK:
            continue
        if task.kind in _OWN_DATES:
            new_due = await due_of(unit, case, TaskKind(task.kind))
        elif task.kind in beside(facts_of(case)):
            new_due = min(task.due_at, due_at)
        else:
            new_due = due_at
        change_due(unit, task, new_due, reason)


async def on_deadline_moved(unit: UnitOfWork, data: DeadlineMoved, envelope: Envelope) -> None:
    case = await known_case(unit, data.case_id)
    if case.status == "open":
        unit.record(case.case_id, "deadline_moved", phase=data.phase.value, due_at=data.due_at.isoformat(), reason=data.reason)
        await move_due_dates(unit, case, data.phase.value, data.due_at, data.reason)


async def on_deadline_approaching(unit: UnitOfWork, data: DeadlineApproaching, envelope: Envelope) -> None:
    """Remind each holder of an open task of the phase; nobody twice of the same date."""
    case = await known_case(unit, data.case_id)
    if case.status == "closed" or case.paused:
        return
    tasks = [task for task in await rows.open_tasks(unit, case.case_id) if task.phase == data.phase.value]
    tasks = [task for task in tasks if task.kind not in BESIDE_THE_WALK]
    await place_again(unit, case, tasks, "the holder is no longer in service")
    for task in tasks:
        due_on = task.due_at.astimezone(CITY_ZONE).date()
        if due_on == data.due_at.astimezone(CITY_ZONE).date():
            days_left, follows = data.days_left, data.on_timeout
        else:
            # A task with a date of its own (a check-in) is reminded of that date; the phase does nothing by itself then.
            days_left, follows = (due_on - unit.now.astimezone(CITY_ZONE).date()).days, None
        if await rows.remember_reminder(unit, task, due_on, days_left):
            told = {"due_at": task.due_at, "days_left": days_left, "on_timeout": follows}
            unit.publish(TaskReminder.model_validate({**task_fields(task), **told}))


async def on_case_escalated(unit: UnitOfWork, data: CaseEscalated, envelope: Envelope) -> None:
    """What is open goes to the superior of who let it lie; what only the employee can do stays, and the superior is told."""
    case = await known_case(unit, data.case_id)
    if case.status == "closed" or case.phase != data.phase.value:
        return
    case.phase_due_at, case.escalations = data.due_at, data.level
    touch(case)
    for task in await rows.open_tasks(unit, case.case_id):
        if task.phase == data.phase.value and task.kind not in BESIDE_THE_WALK:
            await _escalate(unit, case, task, data)


async def _escalate(unit: UnitOfWork, case: Case, task: Task, data: CaseEscalated) -> None:
    kind, holder = TaskKind(task.kind), task.assignee_id
    superior = await assignments.superior_of_assignee(unit, case, holder, kind)
    task.due_at = await due_of(unit, case, kind) if kind in _OWN_DATES else data.due_at
    if superior is None:
        cause = AttentionCause.NO_SUPERIOR
        raise_attention(unit, case, cause, "Time ran out, and there is no superior to whom the task could go.")
        return
    if kind not in EMPLOYEE_KINDS:
        task.assignee_id, task.placed_by_order = superior, True
        if kind is TaskKind.EVALUATE_CASE:
            case.evaluator_id = superior
    event = {**task_fields(task), "superior_id": superior, "from_id": holder, "due_at": task.due_at}
    unit.publish(TaskEscalated.model_validate(event))
    unit.record(case.case_id, "task_escalated", task_id=task.task_id, kind=task.kind, from_id=holder, to_id=superior, level=data.level)
    await follow_session(unit, task)
