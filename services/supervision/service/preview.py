"""What a life event would do to open tasks: it is carried out as it would be, inside a savepoint, and undone."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.envelope import Envelope
from contracts.registry import read_data
from contracts.supervision import TaskClosed, TaskOpened, TaskReassigned
from kit.auth import Principal
from kit.unit import UnitOfWork
from services.supervision.models import Task
from services.supervision.repository import cases, meetings, people
from services.supervision.repository import tasks as rows
from services.supervision.schemas_preview import EffectBody, Preview, PreviewBody, TaskEffect, TaskEffectKind
from services.supervision.service.roster import Standing, follow_head, follow_person, move_case

OF_OPEN_TASKS: dict[str, TaskEffectKind] = {"case_pauses": "waits", "case_ends": "cancelled"}
"""Effects on a case whose open tasks all share one fate."""


async def preview(unit: UnitOfWork, caller: Principal, body: PreviewBody) -> Preview:
    """The open tasks a life event would touch, as if the day it takes effect had come. Nothing is changed, nobody is told.

    Raises:
        Forbidden: the caller is not HR.
    """
    caller.need("hr")
    point = await unit.session.begin_nested()
    shared = await _shared_fate(unit, body.effects)
    for effect in body.effects:
        await _follow(unit, effect)
    if body.absent_id is not None:
        await _take_off_duty(unit, body.absent_id)
    said, _ = unit.take()
    await point.rollback()
    found = shared | {task_id: effect for task_id, effect in _fates(said).items() if task_id not in shared}
    return await _with_names(unit, list(found.values()))


async def _follow(unit: UnitOfWork, effect: EffectBody) -> None:
    match effect.kind:
        case "supervisor_changes":
            person = await people.person_for_update(unit, effect.subject_id)
            if person is not None:
                before = Standing.of(person)
                person.supervisor_id = effect.to_id
                await unit.session.flush()
                await follow_person(unit, person, before)
        case "head_changes" | "head_vacant":
            known = await people.unit_of_city(unit, effect.subject_id)
            if known is not None and known.head_id != effect.to_id:
                old_head, known.head_id = known.head_id, effect.to_id
                await unit.session.flush()
                await follow_head(unit, effect.subject_id, old_head)
        case "case_moves" if effect.to_id is not None:
            case = await cases.case_for_update(unit, effect.subject_id)
            if case is not None:
                await move_case(unit, case, effect.to_id)
        case _:
            pass


async def _take_off_duty(unit: UnitOfWork, person_id: str) -> None:
    person = await people.person_for_update(unit, person_id)
    if person is not None:
        before = Standing.of(person)
        person.active = False
        await unit.session.flush()
        await follow_person(unit, person, before)


async def _shared_fate(unit: UnitOfWork, effects: Iterable[EffectBody]) -> dict[str, TaskEffect]:
    fates = {effect.subject_id: OF_OPEN_TASKS[effect.kind] for effect in effects if effect.kind in OF_OPEN_TASKS}
    found = await rows.open_tasks_of(unit, sorted(fates))
    return {task.task_id: _of_task(task, fates[task.case_id]) for tasks in found.values() for task in tasks}


def _of_task(task: Task, effect: TaskEffectKind) -> TaskEffect:
    return TaskEffect(
        effect=effect,
        task_id=task.task_id,
        case_id=task.case_id,
        kind=task.kind,
        employee_id=task.employee_id,
        from_id=task.assignee_id,
        to_id=task.assignee_id if effect == "waits" else None,
    )


def _fates(said: Iterable[Envelope]) -> dict[str, TaskEffect]:
    """What would have been published about tasks, the last word on each; one that would open and close at once is left out."""
    found: dict[str, TaskEffect] = {}
    for envelope in said:
        data = read_data(envelope)
        if not isinstance(data, TaskReassigned | TaskClosed | TaskOpened):
            continue
        known = found.get(data.task_id)
        if isinstance(data, TaskClosed) and known is not None and known.effect == "opens":
            del found[data.task_id]
            continue
        effect: TaskEffectKind = "cancelled" if isinstance(data, TaskClosed) else "opens" if isinstance(data, TaskOpened) else "moves"
        came_from = data.from_id if isinstance(data, TaskReassigned) else data.assignee_id if isinstance(data, TaskClosed) else None
        found[data.task_id] = TaskEffect(
            effect=known.effect if known is not None and known.effect == "opens" else effect,
            task_id=data.task_id,
            case_id=data.case_id,
            kind=data.kind.value,
            employee_id=data.employee_id,
            from_id=known.from_id if known is not None else came_from,
            to_id=None if isinstance(data, TaskClosed) else data.assignee_id,
        )
    return {task_id: one for task_id, one in found.items() if one.effect != "moves" or one.from_id != one.to_id}


async def _with_names(unit: UnitOfWork, tasks: list[TaskEffect]) -> Preview:
    ids = {one for task in tasks for one in (task.employee_id, task.from_id, task.to_id) if one is not None}
    names = await meetings.names(unit, sorted(ids))
    for task in tasks:
        task.employee_name = names.get(task.employee_id, task.employee_id)
        task.from_name, task.to_name = names.get(task.from_id or "", ""), names.get(task.to_id or "", "")
    return Preview(tasks=sorted(tasks, key=lambda task: (task.employee_name, task.case_id, task.kind, task.task_id)))
