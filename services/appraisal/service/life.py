"""Life events of people, each one command: transfer, hand-over, long leave and return, end of service."""

from __future__ import annotations

from datetime import date, timedelta

from kit.auth import Principal
from kit.http import make_cursor, read_cursor
from kit.problems import Conflict, FieldError, Forbidden, InvalidInput, NotFound
from kit.unit import UnitOfWork
from services.appraisal.domain.life import Effect, EffectKind, LifeEventKind, ServiceStatus, end_errors, leave_errors
from services.appraisal.models import Case, Person
from services.appraisal.repository import life as rows
from services.appraisal.repository import people
from services.appraisal.schemas import Page
from services.appraisal.schemas_life import (
    EndOfServiceBody,
    HandOverBody,
    LeaveBody,
    LifeEventView,
    LifeOutcome,
    ReturnBody,
    TransferBody,
)
from services.appraisal.service.access import refuse
from services.appraisal.service.case_events import away, back, left, moved
from services.appraisal.service.changes import Changes, carry_out


def may_record(caller: Principal, person_id: str) -> None:
    """HR records life events, each official of HR of other people: who moves themself would choose their own supervisor.

    Raises:
        Forbidden: the caller is not HR, or it is about themself.
    """
    caller.need("hr")
    if caller.person_id == person_id:
        raise Forbidden("A colleague in HR records what happens to you.")


async def transfer(unit: UnitOfWork, person_id: str, body: TransferBody) -> LifeOutcome:
    """From today on somebody works elsewhere: the running case follows, the part of the year before keeps its assessor.

    Raises:
        NotFound: there is nobody of this id.
        Conflict: the person has left.
        InvalidInput: the unit, supervisor or successor is not possible.
    """
    person = await _in_service(unit, person_id)
    target = await rows.unit_row(unit, body.unit_id)
    if target is None or not target.active:
        raise _wrong("unit_id", f"there is no unit {body.unit_id}", "use the id of a unit of the roster")
    supervisor_id = body.supervisor_id or await _head_for(unit, person, body.unit_id)
    if supervisor_id is not None:
        await _need_superior(unit, person_id, supervisor_id)
    changes, leaves = Changes(), person.unit_id != body.unit_id
    if leaves:
        changes.effects.append(Effect(EffectKind.PERSON_MOVES, person_id, body.unit_id))
    changes.person(person, unit_id=body.unit_id, position=body.position or person.position)
    changes.person(person, position_kind=body.position_kind or person.position_kind)
    changes.supervisor(person, supervisor_id)
    if leaves and not body.keeps_people:
        await _hand_over(unit, changes, person, body.successor_id, person.supervisor_id, except_unit=body.unit_id)
    for case in await rows.running_cases(unit, [person_id]):
        if case.unit_id != body.unit_id:
            changes.case(case, moved(case, body.unit_id), EffectKind.CASE_MOVES, body.unit_id)
    return await carry_out(unit, LifeEventKind.TRANSFER, person_id, body, changes)


async def hand_over(unit: UnitOfWork, person_id: str, body: HandOverBody) -> LifeOutcome:
    """Everybody who reports to a person, and every unit they head, goes to the successor.

    Raises:
        NotFound: there is nobody of this id.
        InvalidInput: the successor is not possible.
    """
    person = await _person(unit, person_id)
    changes = Changes()
    await _hand_over(unit, changes, person, body.successor_id, None)
    return await carry_out(unit, LifeEventKind.HAND_OVER, person_id, body, changes)


async def leave(unit: UnitOfWork, person_id: str, body: LeaveBody) -> LifeOutcome:
    """A long leave: the case pauses from its first day and goes on by itself after its last.

    Raises:
        NotFound: there is nobody of this id.
        Conflict: the person has left.
        InvalidInput: the days are not possible.
    """
    person = await _in_service(unit, person_id)
    refuse(leave_errors(body.starts_on, body.ends_on, unit.now.date()), "the leave")
    changes = Changes()
    if changes.person(person, away_from=body.starts_on, away_until=body.ends_on):
        for case in await rows.running_cases(unit, [person_id]):
            changes.case(case, away(case, body.starts_on, body.ends_on), EffectKind.CASE_PAUSES, on=body.ends_on)
        await _note_without_successor(unit, changes, person_id)
    return await carry_out(unit, LifeEventKind.LEAVE, person_id, body, changes)


async def come_back(unit: UnitOfWork, person_id: str, body: ReturnBody) -> LifeOutcome:
    """Back before the leave's end, or the leave is called off.

    Raises:
        NotFound: there is nobody of this id.
        Conflict: the person has left, or no leave is recorded.
    """
    person = await _in_service(unit, person_id)
    today, changes = unit.now.date(), Changes()
    if person.away_from is None or person.away_until is None:
        raise Conflict("No leave is recorded for this person; there is nothing to return from.")
    if person.away_until >= today:
        begun = person.away_from < today
        yesterday = today - timedelta(days=1)
        changes.person(person, away_from=person.away_from if begun else None, away_until=yesterday if begun else None)
        for case in await rows.running_cases(unit, [person_id]):
            changes.case(case, back(case), EffectKind.CASE_RESUMES)
    return await carry_out(unit, LifeEventKind.RETURN, person_id, body, changes)


async def end_service(unit: UnitOfWork, person_id: str, body: EndOfServiceBody) -> LifeOutcome:
    """Retirement, death, the end of a contract or another end: the case closes with what is there.

    Raises:
        NotFound: there is nobody of this id.
        Conflict: the service has ended already, in another way.
        InvalidInput: the day or the successor is not possible.
    """
    person, today, status = await _person(unit, person_id), unit.now.date(), ServiceStatus(body.kind)
    changes = Changes()
    if (person.status, person.ends_on) == (status.value, body.on):
        return await carry_out(unit, LifeEventKind.END_OF_SERVICE, person_id, body, changes)
    _must_not_have_left(person, today)
    refuse(end_errors(status, body.on, person.starts_on, today, successor=body.successor_id is not None), "the end of service")
    in_service = body.on >= today and status is not ServiceStatus.DECEASED
    changes.person(person, status=status.value, ends_on=body.on, active=in_service)
    for case in await rows.running_cases(unit, [person_id]):
        changes.case(case, left(case, status, body.on), EffectKind.CASE_ENDS, on=body.on)
    if body.successor_id is not None:
        await _hand_over(unit, changes, person, body.successor_id, None)
    else:
        await _note_without_successor(unit, changes, person_id)
    return await carry_out(unit, LifeEventKind.END_OF_SERVICE, person_id, body, changes)


async def events_of_new_case(unit: UnitOfWork, case: Case) -> None:
    """Somebody enrolled while a leave or an end of service is known: the new case hears of it."""
    person = await people.person(unit, case.person_id)
    if person is None:
        return
    if person.away_from is not None and person.away_until is not None and person.away_until >= unit.now.date():
        unit.publish(away(case, person.away_from, person.away_until))
    if person.status != ServiceStatus.IN_SERVICE and person.ends_on is not None:
        unit.publish(left(case, ServiceStatus(person.status), person.ends_on))


async def journal(unit: UnitOfWork, cursor: str | None, limit: int) -> Page[LifeEventView]:
    """What HR recorded, newest first."""
    after = read_cursor(cursor, 1)
    if after is not None and not after[0].isdecimal():
        raise _wrong("query.cursor", "not a cursor of this list", "leave it out to start from the first page")
    found = await rows.journal(unit, int(after[0][:18]) if after else None, limit + 1)
    names = await rows.names_of(unit, {event.subject_id for event in found})
    items = [
        LifeEventView.model_validate(
            {**event.model_dump(), "effects": len(event.effects), "subject_name": names.get(event.subject_id, event.subject_id)}
        )
        for event in found[:limit]
    ]
    return Page(items=items, next_cursor=make_cursor(items[-1].position) if len(found) > limit else None)


async def _hand_over(
    unit: UnitOfWork, changes: Changes, person: Person, successor_id: str | None, otherwise: str | None, *, except_unit: str | None = None
) -> None:
    """The people below somebody and the units they head go to the successor, or to ``otherwise``."""
    below = await rows.people_below(unit, person.person_id)
    taker = successor_id or otherwise
    if successor_id is not None:
        await _need_in_service(unit, successor_id, "successor_id")
        stuck = (await people.superiors_from(unit, successor_id)) & {one.person_id for one in below} - {successor_id}
        if stuck or successor_id == person.person_id:
            raise _wrong(
                "successor_id", "stands below somebody they would supervise", "name somebody of another line, or the next superior"
            )
    for one in below:
        if taker is not None:
            changes.supervisor(one, person.supervisor_id if one.person_id == taker else taker)
    for headed in await rows.units_headed_by(unit, person.person_id):
        if headed.unit_id != except_unit:
            changes.head(headed, successor_id)


async def _note_without_successor(unit: UnitOfWork, changes: Changes, person_id: str) -> None:
    """The post stays theirs on paper: an acting official, or else the next superior, acts for the people below."""
    for one in await rows.people_below(unit, person_id):
        changes.effects.append(Effect(EffectKind.PEOPLE_WITHOUT_SUCCESSOR, one.person_id))


async def _head_for(unit: UnitOfWork, person: Person, unit_id: str) -> str | None:
    """The head of a unit, or of the next unit above that has another head in service."""
    here, seen = await rows.unit_row(unit, unit_id), set[str]()
    while here is not None and here.unit_id not in seen:
        seen.add(here.unit_id)
        if here.head_id is not None and here.head_id != person.person_id and await _serves(unit, here.head_id):
            return here.head_id
        here = await rows.unit_row(unit, here.parent_id) if here.parent_id else None
    return person.supervisor_id


async def _person(unit: UnitOfWork, person_id: str) -> Person:
    await people.hold_roster(unit)
    person = await people.person(unit, person_id, lock=True)
    if person is None:
        raise NotFound(f"There is nobody of the id {person_id}.")
    return person


async def _in_service(unit: UnitOfWork, person_id: str) -> Person:
    person = await _person(unit, person_id)
    _must_not_have_left(person, unit.now.date())
    return person


def _must_not_have_left(person: Person, today: date) -> None:
    if not person.active or (person.ends_on is not None and person.ends_on < today):
        raise Conflict("This person has left the service already; nothing about their service can change.")


async def _serves(unit: UnitOfWork, person_id: str) -> bool:
    person = await people.person(unit, person_id)
    return person is not None and person.active and (person.ends_on is None or person.ends_on >= unit.now.date())


async def _need_in_service(unit: UnitOfWork, person_id: str, path: str) -> None:
    if not await _serves(unit, person_id):
        raise _wrong(path, "this is nobody in service", "name another person")


async def _need_superior(unit: UnitOfWork, person_id: str, supervisor_id: str) -> None:
    await _need_in_service(unit, supervisor_id, "supervisor_id")
    if person_id in await people.superiors_from(unit, supervisor_id):
        raise _wrong("supervisor_id", "stands below the person", "name somebody who does not; a reporting line cannot be a circle")


def _wrong(path: str, message: str, mend: str) -> InvalidInput:
    return InvalidInput("This is not possible.", [FieldError(path, message, mend)])
