"""What a change of people and units does here: the local copy follows, and open tasks move to who acts now."""

from __future__ import annotations

from contracts.envelope import Envelope
from contracts.personnel import PersonChanged, UnitChanged
from kit.unit import UnitOfWork
from services.supervision.models import Case, Person, Task
from services.supervision.repository import cases, people
from services.supervision.repository import tasks as rows
from services.supervision.service.corrections import change_supervisor
from services.supervision.service.facts import touch
from services.supervision.service.tasks import place_again


async def on_person_changed(unit: UnitOfWork, data: PersonChanged, envelope: Envelope) -> None:
    """Keep the copy. A new supervisor takes over at once what is open; somebody who left hands on what they hold."""
    before = await people.person_for_update(unit, data.person_id)
    old = (before.supervisor_id, before.active, before.ends_on) if before else (None, True, None)
    if before is None:
        person = Person(person_id=data.person_id, name=data.name, unit_id=data.unit_id, position=data.position)
        unit.session.add(person)
    else:
        person = before
    person.name, person.unit_id, person.position = data.name, data.unit_id, data.position
    person.supervisor_id, person.roles, person.active = data.supervisor_id, list(data.roles), data.active
    person.starts_on, person.ends_on = data.starts_on, data.ends_on
    # Statements that walk lines and units must see this person, also within the same batch.
    await unit.session.flush()
    if before is not None and old == (data.supervisor_id, data.active, data.ends_on):
        return
    concerned = await cases.concerned_by(unit, data.person_id)
    if not concerned:
        return
    above = await people.line_from(unit, data.supervisor_id)
    open_tasks = await rows.open_tasks_of(unit, [case.case_id for case in concerned])
    for case in concerned:
        tasks = open_tasks.get(case.case_id, [])
        if case.employee_id == data.person_id:
            if before is not None and old[0] != data.supervisor_id and case.supervisor_id != data.supervisor_id:
                await change_supervisor(unit, case, data.supervisor_id, tasks, "the supervisor was changed in the roster")
            continue
        await _follow(unit, case, tasks, data.person_id, above)


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
    for case, tasks in await _held_for_unit(unit, data.unit_id, old_head):
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
