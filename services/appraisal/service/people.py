"""People as others may see them, and a supervisor corrected."""

from __future__ import annotations

from typing import Any

from kit.auth import Principal
from kit.http import check_version, make_cursor, read_cursor
from kit.problems import FieldError, InvalidInput, NotFound
from kit.unit import UnitOfWork
from services.appraisal.models import Person
from services.appraisal.repository import people as rows
from services.appraisal.schemas import DemoPerson, Page, PersonView, SupervisorChange, UnitView
from services.appraisal.service.lines import renew_lines
from services.appraisal.service.roster import person_changed

DEMO_LIMIT = 500


def view(caller: Principal, person: Person, unit_name: str, supervisor_name: str | None) -> PersonView:
    """A person without what is not the caller's to know."""
    shown = PersonView(unit_name=unit_name, supervisor_name=supervisor_name, **person.model_dump())
    if not caller.has("hr") and caller.person_id != person.person_id:
        shown.nip = None
        if not caller.has("service"):
            shown.email = None
    return shown


async def page(unit: UnitOfWork, caller: Principal, *, unit_id: str | None, query: str, cursor: str | None, limit: int) -> Page[PersonView]:
    """People by name; HR and the system may look for an address too."""
    by_email = caller.has("hr", "service")
    after = read_cursor(cursor, 2)
    found: list[Any] = await rows.people_page(unit, unit_id=unit_id, query=query.strip(), by_email=by_email, after=after, limit=limit + 1)
    items = [view(caller, *row) for row in found[:limit]]
    more = make_cursor(items[-1].name, items[-1].person_id) if len(found) > limit else None
    return Page(items=items, next_cursor=more)


async def one(unit: UnitOfWork, caller: Principal, person_id: str) -> PersonView:
    """
    Raises:
        NotFound: there is nobody of this id.
    """
    row: Any = await rows.person_row(unit, person_id)
    if row is None:
        raise NotFound(f"There is nobody of the id {person_id}.")
    return view(caller, *row)


async def units(unit: UnitOfWork) -> Page[UnitView]:
    """All units by name."""
    return Page(items=[UnitView.model_validate(row) for row in await rows.all_units(unit)])


async def units_found(unit: UnitOfWork, query: str, cursor: str | None, limit: int) -> Page[UnitView]:
    """Units in use by a part of their name or code."""
    found = await rows.units_page(unit, query.strip(), read_cursor(cursor, 2), limit + 1)
    items = [UnitView.model_validate(row.model_dump()) for row in found[:limit]]
    return Page(items=items, next_cursor=make_cursor(items[-1].name, items[-1].unit_id) if len(found) > limit else None)


async def demo_people(unit: UnitOfWork, *, allowed: bool) -> list[DemoPerson]:
    """
    Raises:
        NotFound: this installation has no sign-in page of demo people.
    """
    if not allowed:
        raise NotFound("This installation has no sign-in page of demo people.")
    return [DemoPerson.model_validate(row) for row in await rows.demo_people(unit, DEMO_LIMIT)]


async def change_supervisor(unit: UnitOfWork, caller: Principal, person_id: str, change: SupervisorChange, version: int) -> PersonView:
    """Correct a person's supervisor; running cases and what the others keep follow at once.

    Raises:
        NotFound: there is nobody of this id.
        StaleVersion: the person was changed meanwhile.
        InvalidInput: the new supervisor is unknown, inactive, the person, or stands below them.
    """
    await rows.hold_roster(unit)
    person = await rows.person(unit, person_id, lock=True)
    if person is None:
        raise NotFound(f"There is nobody of the id {person_id}.")
    check_version(version, person.version)
    await _need_possible(unit, person_id, change.supervisor_id)
    before = person.supervisor_id
    if before != change.supervisor_id:
        person.supervisor_id = change.supervisor_id
        person.version += 1
        await unit.session.flush()
        unit.publish(person_changed(person.model_dump()))
        detail = {"person_id": person_id, "from_id": before, "to_id": change.supervisor_id, "reason": change.reason}
        unit.record(f"person:{person_id}", "supervisor_changed", **detail)
        concerned = await renew_lines(unit, [person_id])
        for case_id in concerned:
            if case_id.endswith(f".{person_id}"):
                unit.record(case_id, "supervisor_changed", **detail)
    return await one(unit, caller, person_id)


async def _need_possible(unit: UnitOfWork, person_id: str, supervisor_id: str) -> None:
    supervisor = await rows.person(unit, supervisor_id)
    ended = supervisor is not None and supervisor.ends_on is not None and supervisor.ends_on < unit.now.date()
    if supervisor is None or not supervisor.active or ended:
        wrong = "this is nobody in service"
    elif supervisor_id == person_id:
        wrong = "nobody supervises themselves"
    elif person_id in await rows.superiors_from(unit, supervisor_id):
        wrong = "this person stands below the one they would supervise"
    else:
        return
    raise InvalidInput("This supervisor is not possible.", [FieldError("supervisor_id", wrong, "name another person in service")])
