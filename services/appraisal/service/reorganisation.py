"""Units merged or split by one command: people, running cases, units below and reporting lines follow."""

from __future__ import annotations

from kit.problems import FieldError, InvalidInput
from kit.unit import UnitOfWork
from services.appraisal.domain.life import Effect, EffectKind, LifeEventKind, spread_errors, successors
from services.appraisal.domain.words import InputError
from services.appraisal.models import OrganisationUnit, Person
from services.appraisal.repository import life as rows
from services.appraisal.repository import people
from services.appraisal.schemas_life import LifeOutcome, NewUnit, ReorganisationBody
from services.appraisal.service.access import refuse
from services.appraisal.service.case_events import moved
from services.appraisal.service.changes import Changes, carry_out


async def reorganise(unit: UnitOfWork, body: ReorganisationBody) -> LifeOutcome:
    """The old units become the new ones. An old unit that is not among the new ones is closed.

    Whoever reported to the head of an old unit reports to the head of the new one, where it has a head. Repeating the
    command changes nothing.

    Raises:
        InvalidInput: a unit, head or person does not fit; each is named.
    """
    await people.hold_roster(unit)
    old, errors = await _old_units(unit, body)
    refuse(errors, "the reorganisation")
    workers = await rows.people_of_units(unit, old.keys())
    targets = {target.unit_id: tuple(target.person_ids) for target in body.to}
    # People who were given their new unit by an earlier, equal command are not strange to it.
    there = {one.person_id for one in await rows.people_of_units(unit, targets.keys())}
    refuse(spread_errors({one.person_id for one in workers} | there, targets, body.rest_to), "the reorganisation")
    changes = Changes()
    heads: dict[str, str | None] = {}
    for number, target in enumerate(body.to):
        heads[target.unit_id] = await _open(unit, changes, body, number, target)
    goes_to = await _move_people(unit, changes, body, workers, old, heads)
    closing = await _close(unit, changes, body, old)
    changes.opened = {effect.subject_id for effect in changes.effects if effect.kind is EffectKind.UNIT_OPENS}
    placed = [(person.unit_id, goes_to[person.person_id]) for person in workers]
    changes.successors = successors(placed, closing, changes.opened, body.rest_to or body.to[0].unit_id)
    return await carry_out(unit, LifeEventKind.REORGANISATION, body.from_unit_ids[0], body, changes)


async def _old_units(unit: UnitOfWork, body: ReorganisationBody) -> tuple[dict[str, OrganisationUnit], list[InputError]]:
    old: dict[str, OrganisationUnit] = {}
    errors: list[InputError] = []
    for number, unit_id in enumerate(body.from_unit_ids):
        row = await rows.unit_row(unit, unit_id)
        if row is None:
            errors.append(InputError(f"from_unit_ids[{number}]", f"there is no unit {unit_id}", "use the id of a unit of the roster"))
        else:
            old[unit_id] = row
    if len({target.unit_id for target in body.to}) < len(body.to):
        errors.append(InputError("to", "names a unit twice", "name each new unit once"))
    return old, errors


async def _open(unit: UnitOfWork, changes: Changes, body: ReorganisationBody, number: int, target: NewUnit) -> str | None:
    """A new unit, or an old one with its new name, place and head; returns its head."""
    known = await rows.unit_row(unit, target.unit_id)
    parent_id = target.parent_id or (known.parent_id if known else await _common_parent(unit, body))
    if parent_id is not None and (parent_id == target.unit_id or not await _goes_on(unit, body, parent_id)):
        raise _wrong(f"to[{number}].parent_id", f"{parent_id} is no unit that goes on", "name a unit that stays, or one of the new ones")
    head_id = target.head_id or (known.head_id if known else None)
    if target.head_id is not None and not await _serves(unit, target.head_id):
        raise _wrong(f"to[{number}].head_id", "this is nobody in service", "name somebody in service, or leave the post open")
    before = known or OrganisationUnit(unit_id=target.unit_id, name="", active=False)
    kind = target.kind or before.kind
    if changes.unit(before, name=target.name, parent_id=parent_id, kind=kind, head_id=head_id, active=True):
        opens = known is None or not known.active
        changes.effects.append(Effect(EffectKind.UNIT_OPENS if opens else EffectKind.UNIT_CHANGES, target.unit_id))
    return head_id


async def _move_people(
    unit: UnitOfWork,
    changes: Changes,
    body: ReorganisationBody,
    workers: list[Person],
    old: dict[str, OrganisationUnit],
    heads: dict[str, str | None],
) -> dict[str, str]:
    """Everybody to their new unit; returns it by person."""
    named = {person_id: target.unit_id for target in body.to for person_id in target.person_ids}
    stays = {target.unit_id for target in body.to}
    rest_to = body.rest_to or body.to[0].unit_id
    old_heads = {row.head_id for row in old.values() if row.head_id is not None}
    goes_to: dict[str, str] = {}
    for person in workers:
        # In a split an old unit may go on; who is not named stays in it where nothing else is said.
        default = person.unit_id if body.rest_to is None and person.unit_id in stays else rest_to
        goes_to[person.person_id] = unit_id = named.get(person.person_id, default)
        if changes.person(person, unit_id=unit_id):
            changes.effects.append(Effect(EffectKind.PERSON_MOVES, person.person_id, unit_id))
        head_id = heads[unit_id]
        under_old_head = head_id not in (None, person.person_id) and person.supervisor_id in old_heads - {head_id}
        if head_id and under_old_head and person.person_id not in await people.superiors_from(unit, head_id):
            changes.supervisor(person, head_id)
    for case in await rows.running_cases(unit, goes_to.keys()):
        unit_id = goes_to[case.person_id]
        if case.unit_id != unit_id:
            changes.case(case, moved(case, unit_id), EffectKind.CASE_MOVES, unit_id)
    return goes_to


async def _close(unit: UnitOfWork, changes: Changes, body: ReorganisationBody, old: dict[str, OrganisationUnit]) -> set[str]:
    """Old units that do not go on are closed; the units below them go below the new one. Returns those that close now."""
    stays = {target.unit_id for target in body.to}
    closing = {unit_id: row for unit_id, row in old.items() if unit_id not in stays}
    new_parent = body.rest_to or body.to[0].unit_id
    for below in await rows.units_below(unit, closing.keys()):
        if below.unit_id not in closing and below.unit_id not in stays and changes.unit(below, parent_id=new_parent):
            changes.effects.append(Effect(EffectKind.UNIT_CHANGES, below.unit_id, new_parent))
    now = {unit_id for unit_id, row in closing.items() if row.active}
    for unit_id in sorted(now):
        changes.unit(closing[unit_id], active=False, head_id=None)
        changes.effects.append(Effect(EffectKind.UNIT_CLOSES, unit_id, new_parent))
    return now


async def _common_parent(unit: UnitOfWork, body: ReorganisationBody) -> str | None:
    """Where a new unit stands if nobody says: where the first old one stood."""
    first = await rows.unit_row(unit, body.from_unit_ids[0])
    return first.parent_id if first else None


async def _goes_on(unit: UnitOfWork, body: ReorganisationBody, unit_id: str) -> bool:
    if unit_id in {target.unit_id for target in body.to}:
        return True
    row = await rows.unit_row(unit, unit_id)
    return row is not None and row.active and unit_id not in body.from_unit_ids


async def _serves(unit: UnitOfWork, person_id: str) -> bool:
    person = await people.person(unit, person_id)
    return person is not None and person.active and (person.ends_on is None or person.ends_on >= unit.now.date())


def _wrong(path: str, message: str, mend: str) -> InvalidInput:
    return InvalidInput("The reorganisation is not possible.", [FieldError(path, message, mend)])
