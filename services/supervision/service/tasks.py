"""Opening, closing and moving tasks. What a case's facts ask for is open, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import get_args
from uuid import uuid4

from contracts.cycle import Phase as ContractPhase
from contracts.cycle import ServiceEnd
from contracts.supervision import TaskClosed, TaskClosedReason, TaskDueChanged, TaskOpened, TaskReassigned
from contracts.supervision import TaskKind as ContractKind
from kit.unit import UnitOfWork
from services.supervision.domain import check_in_schedule
from services.supervision.domain.case_state import beside, waiting_for
from services.supervision.domain.words import BESIDE_THE_WALK, EMPLOYEE_KINDS, Phase, TaskKind
from services.supervision.models import Case, Task
from services.supervision.repository import cases, people
from services.supervision.repository import tasks as rows
from services.supervision.service import assignments, session_meetings
from services.supervision.service.attention import ROLE_CAUSES, clear_attention, raise_attention
from services.supervision.service.facts import definition_of, facts_of, rhythm_of

ENDED_EARLY = frozenset({"cancelled", *get_args(ServiceEnd)})
"""Outcomes that end a case before its walk is done; what is open is cancelled."""
NOT_NEWS = timedelta(minutes=1)
"""A due date that moves by less is not worth a message."""


def task_fields(task: Task) -> dict[str, object]:
    """What every event about a task says."""
    return {
        "cycle_id": task.cycle_id,
        "case_id": task.case_id,
        "task_id": task.task_id,
        "kind": ContractKind(task.kind),
        "phase": ContractPhase(task.phase),
        "assignee_id": task.assignee_id,
        "employee_id": task.employee_id,
    }


def close(unit: UnitOfWork, task: Task, reason: TaskClosedReason, by: str | None = None) -> None:
    """The task needs nobody any more."""
    task.status, task.closed_at, task.closed_reason, task.closed_by = "closed", unit.now, reason, by
    unit.publish(TaskClosed.model_validate({**task_fields(task), "reason": reason}))


def change_due(unit: UnitOfWork, task: Task, due_at: datetime, reason: str) -> None:
    """A new due date of an open task."""
    moved = abs(task.due_at - due_at)
    task.due_at = due_at
    if moved >= NOT_NEWS:
        unit.publish(TaskDueChanged.model_validate({**task_fields(task), "due_at": due_at, "reason": reason}))


async def reassign(
    unit: UnitOfWork, task: Task, to_person_id: str, reason: str, *, by_order: bool = False, on_behalf_of: str | None = None
) -> bool:
    """Move an open task, and an agreed session's meeting with it; the audit trail keeps who had it. False where they have it already."""
    task.placed_by_order, task.on_behalf_of = by_order, on_behalf_of
    if task.assignee_id == to_person_id:
        return False
    from_id, task.assignee_id = task.assignee_id, to_person_id
    event = {**task_fields(task), "from_id": from_id, "due_at": task.due_at, "reason": reason}
    unit.publish(TaskReassigned.model_validate(event))
    unit.record(task.case_id, "task_reassigned", task_id=task.task_id, kind=task.kind, from_id=from_id, to_id=to_person_id, reason=reason)
    await follow_session(unit, task)
    return True


async def follow_session(unit: UnitOfWork, task: Task) -> None:
    """A task that went to somebody else takes the agreed meeting along, where it is the task to hold the session."""
    if task.kind == TaskKind.HOLD_FEEDBACK_SESSION:
        await session_meetings.hand_on(unit, task.case_id, task.assignee_id)


async def settle(
    unit: UnitOfWork,
    case: Case,
    tasks: Sequence[Task],
    *,
    done: TaskKind | None = None,
    by: str | None = None,
    note: str = "",
    not_before: datetime | None = None,
) -> None:
    """Make the open tasks what the facts ask for: close what was ``done`` ``by`` somebody and what is overtaken, open what is missing.

    ``tasks`` are the case's open tasks, read while its row was held. The task opened carries ``note`` and is not due
    before ``not_before``.
    """
    facts = facts_of(case)
    wanted, companions = waiting_for(facts), beside(facts)
    present = False
    for task in tasks:
        if task.kind == done:
            close(unit, task, "done", by)
        elif (task.kind in BESIDE_THE_WALK and _still_useful(case, task)) or task.kind in companions:
            companions -= {TaskKind(task.kind)}
        elif task.kind == wanted:
            present = True
            change_due(unit, task, await due_of(unit, case, wanted), "the phase was opened again")
        else:
            close(unit, task, "cancelled" if case.outcome in ENDED_EARLY else "overtaken")
            if task.kind == TaskKind.RELEASE_RESULTS:
                await hand_on_release(unit, case)
            if task.kind == TaskKind.HOLD_FEEDBACK_SESSION:
                await session_meetings.call_off(unit, case, "the session is not to be held any more")
    for kind in sorted(companions):
        await open_task(unit, case, kind, await due_of(unit, case, kind), note)
    if wanted is None or present:
        return
    if wanted is TaskKind.RELEASE_RESULTS:
        await open_release(unit, case)
    else:
        due_at = await due_of(unit, case, wanted)
        await open_task(unit, case, wanted, max(due_at, not_before) if not_before else due_at, note)


def _still_useful(case: Case, task: Task) -> bool:
    """A part of the year is rated before the review of the whole is handed in; a supervisor is corrected at any time."""
    before_the_talk = Phase(case.phase).place <= Phase.SUPERVISOR_REVIEW.place and not case.reviewed
    return case.status == "open" and (task.kind == TaskKind.CORRECT_SUPERVISOR or before_the_talk)


async def open_task(unit: UnitOfWork, case: Case, kind: TaskKind, due_at: datetime, note: str = "") -> Task:
    """Give somebody the task; where the rightful person is missing, the next one, and ops are told."""
    assignment = await assignments.resolve(unit, case, kind)
    if kind is TaskKind.EVALUATE_CASE:
        case.evaluator_id = assignment.person_id
    task = Task(
        task_id=str(uuid4()),
        kind=kind.value,
        case_id=case.case_id,
        cycle_id=case.cycle_id,
        unit_id=case.unit_id,
        employee_id=case.employee_id,
        phase=case.phase,
        assignee_id=assignment.person_id,
        on_behalf_of=assignment.on_behalf_of,
        number=case.check_ins_recorded + 1 if kind is TaskKind.RECORD_CHECK_IN else None,
        due_at=due_at,
        note=note,
        opened_at=unit.now,
    )
    unit.session.add(task)
    unit.publish(TaskOpened.model_validate({**task_fields(task), "due_at": due_at, "note": note}))
    if assignment.attention is not None:
        raise_attention(unit, case, assignment.attention, assignments.TEXTS[assignment.attention])
    elif kind not in EMPLOYEE_KINDS and kind is not TaskKind.CORRECT_SUPERVISOR and case.attention:
        await clear_attention(unit, case, ROLE_CAUSES)
    return task


async def open_release(unit: UnitOfWork, case: Case) -> None:
    """The unit's one task to release its results, unless it is open."""
    await cases.lock_release(unit, case.cycle_id, case.unit_id)
    if await rows.open_release(unit, case.cycle_id, case.unit_id) is None:
        await open_task(unit, case, TaskKind.RELEASE_RESULTS, await due_of(unit, case, TaskKind.RELEASE_RESULTS))


async def hand_on_release(unit: UnitOfWork, leaving: Case) -> None:
    """The case that carried its unit's release has left calibration: another waiting case carries it on."""
    await cases.lock_release(unit, leaving.cycle_id, leaving.unit_id)
    waiting = [case for case in await cases.in_calibration(unit, leaving.cycle_id, leaving.unit_id) if case is not leaving]
    if waiting:
        await open_task(unit, waiting[0], TaskKind.RELEASE_RESULTS, waiting[0].phase_due_at)


async def due_of(unit: UnitOfWork, case: Case, kind: TaskKind) -> datetime:
    """When a task opened now is due: with its phase, check-ins evenly spread, acknowledgement at the end of the objection days.

    A task opened after its phase was due gets the cycle's return days, so that nobody receives one that is late already.
    """
    if kind is TaskKind.RECORD_CHECK_IN:
        return check_in_schedule.due_of(
            case.check_ins_recorded + 1,
            case.phase_opened_at,
            case.phase_due_at,
            case.check_ins_required,
            unit.now,
            await rhythm_of(unit, case),
        )
    due_at = case.phase_due_at
    if kind is TaskKind.WRITE_SELF_ASSESSMENT and case.self_returned_until is not None:
        return case.self_returned_until
    if kind is TaskKind.ACKNOWLEDGE_RESULT and case.objection_until is not None:
        due_at = case.objection_until
    if due_at <= unit.now:
        return unit.now + timedelta(days=(await definition_of(unit, case)).calendar.return_days)
    return due_at


async def place_again(
    unit: UnitOfWork, case: Case, tasks: Sequence[Task], reason: str, *, also_ordered: bool = False, anew: bool = False
) -> None:
    """Ask again who acts in the open tasks, after people, lines or units changed.

    What HR, ops or an escalation placed on purpose stays, unless its holder left or ``also_ordered`` is set. An evaluation
    stays with whoever has it, unless its holder left or somebody is to be chosen ``anew``.
    """
    for task in tasks:
        kind = TaskKind(task.kind)
        if kind in EMPLOYEE_KINDS or kind is TaskKind.RATE_PART:
            continue
        if task.placed_by_order and not also_ordered and await _holder_can_act(unit, task):
            continue
        if not anew and kind in (TaskKind.EVALUATE_CASE, TaskKind.CORRECT_SUPERVISOR) and await _holder_can_act(unit, task):
            continue
        assignment = await assignments.resolve(unit, case, kind)
        await reassign(unit, task, assignment.person_id, reason, on_behalf_of=assignment.on_behalf_of)
        if kind is TaskKind.EVALUATE_CASE:
            case.evaluator_id = assignment.person_id
        if assignment.attention is not None:
            raise_attention(unit, case, assignment.attention, assignments.TEXTS[assignment.attention])
        elif kind is not TaskKind.CORRECT_SUPERVISOR:
            await clear_attention(unit, case, ROLE_CAUSES)


async def _holder_can_act(unit: UnitOfWork, task: Task) -> bool:
    holder = (await people.officials(unit, [task.assignee_id], assignments.today(unit)))[0]
    return holder.active
