"""Delegation and acting officials: open and new tasks go to who stands in, and come back after the last day by themselves."""

from __future__ import annotations

import asyncio
from datetime import date
from uuid import uuid4

import structlog

from contracts.envelope import Actor
from kit.auth import Principal
from kit.clock import Clock
from kit.db import Database
from kit.problems import Conflict, FieldError, Forbidden, InvalidInput, NotFound
from kit.settings import Settings
from kit.unit import UnitOfWork
from services.supervision.domain.words import EMPLOYEE_KINDS, TaskKind
from services.supervision.models import Case, StandIn, Task
from services.supervision.repository import cases, duties, meetings, people
from services.supervision.repository import tasks as rows
from services.supervision.schemas_duties import MovedTask, StandInBody, StandInList, StandInOutcome, StandInView
from services.supervision.service.meeting_reminders import remind
from services.supervision.service.tasks import place_again, reassign

log = structlog.get_logger()
NOT_DELEGATED = EMPLOYEE_KINDS | {TaskKind.EVALUATE_CASE, TaskKind.CORRECT_SUPERVISOR, TaskKind.RATE_PART}
"""What only the person can do, or what hangs on a role that is not handed on: an evaluator, an HR official."""
SHORTEST_PAUSE, LONGEST_PAUSE, CALENDAR_PAUSE_SECONDS = 1.0, 60.0, 900.0
LONGEST_DAYS = 366


async def record(unit: UnitOfWork, caller: Principal, body: StandInBody) -> StandInOutcome:
    """Record a delegation or an acting official; from the first day on the tasks move.

    Raises:
        Forbidden: only HR names acting officials and speaks for others.
        InvalidInput: the people or days are not possible.
        Conflict: somebody stands in on these days already, or the post of an acting official is not vacant.
    """
    if not caller.has("hr") and (body.for_person_id != caller.person_id or body.kind != "delegation"):
        raise Forbidden("You may delegate your own tasks. HR names acting officials and delegates for others.")
    today = unit.now.date()
    await _check(unit, body, today)
    if await duties.overlapping(unit, body.for_person_id, body.starts_on, body.ends_on):
        raise Conflict("Somebody stands in for this person on some of these days already. End that first, or choose other days.")
    row = StandIn(stand_in_id=str(uuid4()), recorded_by=caller.person_id, recorded_at=unit.now, **body.model_dump(exclude={"dry_run"}))
    moved: list[MovedTask] = []
    if body.dry_run:
        point = await unit.session.begin_nested()
        unit.session.add(row)
        await unit.session.flush()
        if body.starts_on <= today:
            moved = await _move(unit, row, body.reason)
        await point.rollback()
        unit.take()
        return StandInOutcome(stand_in=None, dry_run=True, moved=await _named(unit, moved))
    unit.session.add(row)
    await unit.session.flush()
    detail = {"kind": body.kind, "to_id": body.person_id, "from": str(body.starts_on), "until": str(body.ends_on), "reason": body.reason}
    unit.record(f"person:{body.for_person_id}", "stand_in_recorded", **detail)
    if body.starts_on <= today:
        row.begun_at = unit.now
        moved = await _move(unit, row, body.reason)
    return StandInOutcome(stand_in=(await _views(unit, [row]))[0], dry_run=False, moved=await _named(unit, moved))


async def end(unit: UnitOfWork, caller: Principal, stand_in_id: str, reason: str) -> StandInOutcome:
    """End it before its last day; the tasks go back at once. Ending it again changes nothing.

    Raises:
        NotFound: there is no such stand-in, or it is not the caller's.
    """
    row = await duties.stand_in(unit, stand_in_id)
    if row is None or not (caller.has("hr") or row.for_person_id == caller.person_id):
        raise NotFound("There is no such delegation of yours.")
    moved = await _finish(unit, row, reason) if row.finished_at is None else []
    return StandInOutcome(stand_in=(await _views(unit, [row]))[0], dry_run=False, moved=await _named(unit, moved))


async def listed(unit: UnitOfWork, caller: Principal, *, everybody: bool) -> StandInList:
    """The caller's own, or everybody's for HR and ops."""
    if everybody:
        caller.need("hr", "ops")
    return StandInList(items=await _views(unit, await duties.listed(unit, None if everybody else caller.person_id)))


async def sweep(unit: UnitOfWork) -> bool:
    """Do one thing the calendar asks for: begin or end a stand-in, or follow a leave's or service's end. False: nothing is left."""
    today = unit.now.date()
    row = await duties.due_stand_in(unit, today)
    if row is not None:
        if row.ends_on < today:
            await _finish(unit, row, "the last day has passed")
        else:
            row.begun_at = unit.now
            await _move(unit, row, row.reason)
        return True
    person = await duties.whose_duty_changed(unit, today)
    if person is None:
        return False
    person.on_duty = person.can_act(today)
    await unit.session.flush()
    await place_tasks_of(unit, person.person_id, "back on duty" if person.on_duty else "not on duty any more")
    return True


class DutySweeper:
    """Asks the calendar again and again; the table remembers what is done, so many may run and any may die."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        self.clock = Clock.from_settings(settings)

    async def sweep_all(self) -> None:
        """Everything that is due now, one transaction each."""
        while True:
            async with self.database.transaction() as session:
                unit = UnitOfWork(
                    session,
                    source="supervision",
                    clock=self.clock,
                    actor=Actor.system("duties"),
                    topic_prefix=self.settings.topic_prefix,
                )
                more = await sweep(unit)
                more = await remind(unit) or more
                await unit.flush()
            if not more:
                return

    async def run(self) -> None:
        """The background task beside the service."""
        pause = min(max(CALENDAR_PAUSE_SECONDS / self.clock.speed, SHORTEST_PAUSE), LONGEST_PAUSE)
        while True:
            try:
                await self.sweep_all()
            except Exception as error:
                log.warning("duties.sweep_failed", error=str(error)[:300])
            await asyncio.sleep(pause)


async def _finish(unit: UnitOfWork, row: StandIn, reason: str) -> list[MovedTask]:
    """Over: what is still open goes back to whom it belongs."""
    row.finished_at = unit.now
    await unit.session.flush()
    unit.record(f"person:{row.for_person_id}", "stand_in_ended", stand_in_id=row.stand_in_id, reason=reason)
    return await _move(unit, row, reason) if row.begun_at is not None else []


async def _move(unit: UnitOfWork, row: StandIn, reason: str) -> list[MovedTask]:
    return await place_tasks_of(unit, row.for_person_id, reason)


async def place_tasks_of(unit: UnitOfWork, official_id: str, reason: str) -> list[MovedTask]:
    """Place again what hangs on an official: in cases below them, where they hold a task, where somebody holds one for them."""
    found = {case.case_id: case for case in await cases.concerned_by(unit, official_id)}
    for case_id in await duties.cases_held_for(unit, official_id):
        held = None if case_id in found else await cases.case_for_update(unit, case_id)
        if held is not None:
            found[case_id] = held
    moved: list[MovedTask] = []
    for case_id in sorted(found):
        tasks = await rows.open_tasks(unit, case_id)
        before = {task.task_id: task.assignee_id for task in tasks}
        await _place_ordered(unit, found[case_id], tasks, official_id, reason)
        await place_again(unit, found[case_id], tasks, reason)
        moved += [
            MovedTask(task_id=task.task_id, case_id=case_id, kind=task.kind, from_id=before[task.task_id], to_id=task.assignee_id)
            for task in tasks
            if before[task.task_id] != task.assignee_id
        ]
    return moved


async def _place_ordered(unit: UnitOfWork, case: Case, tasks: list[Task], official_id: str, reason: str) -> None:
    """What was placed with the official on purpose goes to their stand-in too, and comes back to them."""
    [official] = await people.officials(unit, [official_id], unit.now.date())
    for task in tasks:
        if not task.placed_by_order or task.kind in NOT_DELEGATED or official_id not in (task.assignee_id, task.on_behalf_of):
            continue
        barred = {case.employee_id}
        if task.kind == TaskKind.DECIDE_OBJECTION and case.assessor_id:
            barred.add(case.assessor_id)
        acting = official.acting(barred)
        if acting is not None:
            await reassign(unit, task, acting, reason, by_order=True, on_behalf_of=official_id if acting != official_id else None)


async def _check(unit: UnitOfWork, body: StandInBody, today: date) -> None:
    errors: list[FieldError] = []
    if body.ends_on < body.starts_on:
        errors.append(FieldError("ends_on", "is before the first day", "give the last day"))
    elif body.ends_on < today:
        errors.append(FieldError("ends_on", "is past", "give a day from today on"))
    elif (body.ends_on - body.starts_on).days > LONGEST_DAYS:
        errors.append(FieldError("ends_on", "is more than a year after the first day", "record a shorter time; it can be renewed"))
    if body.person_id == body.for_person_id:
        errors.append(FieldError("person_id", "is the same person", "name somebody else"))
    holder, deputy = await people.person(unit, body.for_person_id), await people.person(unit, body.person_id)
    if holder is None:
        errors.append(FieldError("for_person_id", "this is nobody we know", "choose somebody of the roster"))
    if deputy is None or not deputy.can_act(max(today, body.starts_on)):
        errors.append(FieldError("person_id", "this is nobody in service then", "name another person"))
    if errors:
        raise InvalidInput("This is not possible.", errors)
    if body.kind != "delegation" and holder is not None and holder.can_act(max(today, body.starts_on)):
        raise Conflict("The post is not vacant: its holder is in service then. Record a delegation instead.")


async def _views(unit: UnitOfWork, found: list[StandIn]) -> list[StandInView]:
    views = []
    for row in found:
        holder, deputy = await people.person(unit, row.for_person_id), await people.person(unit, row.person_id)
        names = {"for_person_name": holder.name if holder else "", "person_name": deputy.name if deputy else ""}
        views.append(StandInView.model_validate({**row.model_dump(), **names}))
    return views


async def _named(unit: UnitOfWork, moved: list[MovedTask]) -> list[MovedTask]:
    """The moved tasks with names to show; a case's id ends with its employee's."""
    of = {task.task_id: task.case_id.rpartition(".")[2] for task in moved}
    names = await meetings.names(unit, sorted({one for task in moved for one in (of[task.task_id], task.from_id, task.to_id)}))
    return [
        task.model_copy(update={"employee_name": names[of[task.task_id]], "from_name": names[task.from_id], "to_name": names[task.to_id]})
        for task in moved
    ]
