"""What a change of people and units does here: the local copy follows, and open tasks move to who acts now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from contracts.appraisal import EmployeeMoved
from contracts.envelope import Envelope
from contracts.personnel import PersonChanged, UnitChanged
from kit.unit import UnitOfWork
from services.supervision.domain.case_state import waiting_for
from services.supervision.domain.words import TaskKind
from services.supervision.models import Case, Person, Task
from services.supervision.repository import cases, people
from services.supervision.repository import tasks as rows
from services.supervision.service.corrections import change_supervisor
from services.supervision.service.facts import facts_of, known_case, touch
from services.supervision.service.tasks import close, hand_on_release, open_release, place_again


@dataclass(frozen=True)
class Standing:
    """What decides for whom somebody acts."""

    supervisor_id: str | None
    active: bool
    ends_on: date | None
    away_from: date | None
    away_until: date | None

    @classmethod
    def of(cls, person: Person) -> Standing:
        return cls(person.supervisor_id, person.active, person.ends_on, person.away_from, person.away_until)


async def on_person_changed(unit: UnitOfWork, data: PersonChanged, envelope: Envelope) -> None:
    """Keep the copy. A new supervisor takes over at once what is open; somebody who left hands on what they hold."""
    before = await people.person_for_update(unit, data.person_id)
    old = Standing.of(before) if before else None
    if before is None:
        person = Person(person_id=data.person_id, name=data.name, unit_id=data.unit_id, position=data.position)
        unit.session.add(person)
    else:
        person = before
    person.name, person.unit_id, person.position = data.name, data.unit_id, data.position
    person.supervisor_id, person.roles, person.active = data.supervisor_id, list(data.roles), data.active
    person.starts_on, person.ends_on = data.starts_on, data.ends_on
    person.away_from, person.away_until = data.away_from, data.away_until
    person.on_duty = person.can_act(unit.now.date())
    # Statements that walk lines and units must see this person, also within the same batch.
    await unit.session.flush()
    await follow_person(unit, person, old)


async def follow_person(unit: UnitOfWork, person: Person, before: Standing | None) -> None:
    """Cases and open tasks follow what changed about a person; ``before`` is None for somebody new."""
    if before == Standing.of(person):
        return
    concerned = await cases.concerned_by(unit, person.person_id)
    if not concerned:
        return
    supervisor_id = person.supervisor_id
    above = await people.line_from(unit, supervisor_id)
    open_tasks = await rows.open_tasks_of(unit, [case.case_id for case in concerned])
    for case in concerned:
        tasks = open_tasks.get(case.case_id, [])
        if case.employee_id == person.person_id:
            if before is not None and before.supervisor_id != supervisor_id and case.supervisor_id != supervisor_id:
                reason = "the supervisor was changed in the roster"
                await change_supervisor(unit, case, supervisor_id, tasks, reason, since=unit.now.date())
            continue
        await _follow(unit, case, tasks, person.person_id, above)


async def on_employee_moved(unit: UnitOfWork, data: EmployeeMoved, envelope: Envelope) -> None:
    """The case follows its employee to the other unit."""
    await move_case(unit, await known_case(unit, data.case_id), data.unit_id)


async def move_case(unit: UnitOfWork, case: Case, unit_id: str) -> None:
    """A case and what is open in it go to another unit; the old unit's release is carried on by another case."""
    if case.status == "closed" or case.unit_id == unit_id:
        return
    tasks = await rows.open_tasks(unit, case.case_id)
    for task in [task for task in tasks if task.kind == TaskKind.RELEASE_RESULTS]:
        tasks.remove(task)
        close(unit, task, "overtaken")
        await unit.session.flush()
        await hand_on_release(unit, case)
    unit.record(case.case_id, "unit_changed", from_unit_id=case.unit_id, unit_id=unit_id)
    case.unit_id = unit_id
    for task in tasks:
        task.unit_id = unit_id
    touch(case)
    await unit.session.flush()
    if waiting_for(facts_of(case)) is TaskKind.RELEASE_RESULTS:
        await open_release(unit, case)
    await place_again(unit, case, tasks, "the employee works in another unit")


async def _follow(unit: UnitOfWork, case: Case, tasks: list[Task], person_id: str, above: list[str]) -> None:
    """Somebody above the employee changed: the line gets their superiors, and open tasks are placed again."""
    if person_id in case.line:
        place = case.line.index(person_id)
        line = [*case.line[: place + 1], *above]
        if line != case.line:
            case.line = line
            touch(case)
    await place_again(unit, case, tasks, "who acts was decided anew after a change in the roster")


async def on_unit_changed(unit: UnitOfWork, data: UnitChanged, envelope: Envelope) -> None:
    """Keep the copy. A new head takes over what the head of the unit holds."""
    before = await people.unit_of_city(unit, data.unit_id)
    old_head = before.head_id if before else None
    await people.put_unit(
        unit,
        {"unit_id": data.unit_id, "name": data.name, "parent_id": data.parent_id, "head_id": data.head_id, "active": data.active},
    )
    if before is None or old_head == data.head_id:
        return
    await unit.session.refresh(before)
    await follow_head(unit, data.unit_id, old_head)


async def follow_head(unit: UnitOfWork, unit_id: str, old_head: str | None) -> None:
    """The head a unit has now takes over what the former one holds for it."""
    for case, tasks in await _held_for_unit(unit, unit_id, old_head):
        await place_again(unit, case, tasks, "the unit has a new head")


async def _held_for_unit(unit: UnitOfWork, unit_id: str, old_head: str | None) -> list[tuple[Case, list[Task]]]:
    """The unit's release and what the former head holds in the unit's cases, each with its case held for writing."""
    tasks = await rows.open_of_unit_held_by(unit, unit_id, old_head)
    found: list[tuple[Case, list[Task]]] = []
    for case_id in sorted({task.case_id for task in tasks}):
        case = await cases.case_for_update(unit, case_id)
        if case is not None:
            found.append((case, [task for task in tasks if task.case_id == case_id]))
    return found
