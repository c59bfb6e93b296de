"""Cycles: defined by HR, fixed once they are open, and who takes part in them."""

from __future__ import annotations

from contracts.cycle import CycleDefinition
from kit.http import make_cursor, read_cursor
from kit.problems import Conflict, FieldError, InvalidInput, NotFound
from kit.unit import UnitOfWork
from services.appraisal.domain.rulesets import RULE_SETS
from services.appraisal.models import Cycle
from services.appraisal.repository import cycles as rows
from services.appraisal.schemas import CycleView, Page, Participant
from services.appraisal.service import holidays
from services.appraisal.service.overlaps import overlaps


def view(cycle: Cycle) -> CycleView:
    return CycleView.model_validate({**cycle.definition, "status": cycle.status})


async def define(unit: UnitOfWork, definition: CycleDefinition) -> CycleView:
    """Add a cycle.

    Raises:
        Conflict: there is one of this id.
        InvalidInput: its rule set or units are unknown, or people take part in another cycle of the year.
    """
    await _check(unit, definition)
    definition = await holidays.with_days_off(unit, definition)
    cycle = _row(unit, definition)
    if not await rows.add_cycle(unit, cycle):
        raise Conflict(f"There is a cycle {definition.cycle_id} already. Change it with PUT, or choose another id.")
    unit.record(f"cycle:{definition.cycle_id}", "cycle_defined", name=definition.name, year=definition.year)
    return view(cycle)


async def ensure(unit: UnitOfWork, cycle_id: str, definition: CycleDefinition) -> CycleView:
    """See that a cycle is there as defined: add it, leave it, or replace a draft.

    Raises:
        Conflict: it is open or closed with another definition.
        InvalidInput: its rule set or units are unknown, the ids differ, or people take part in another cycle of the year.
    """
    if definition.cycle_id != cycle_id:
        error = FieldError("cycle_id", f"{definition.cycle_id} is not the cycle of this address", f"write {cycle_id}")
        raise InvalidInput("The definition is of another cycle.", [error])
    known = await rows.cycle(unit, cycle_id, lock=True)
    if known is not None and known.status != "draft" and definition.calendar.days_off is None:
        definition = _by_the_days_off_of(known, definition)
    definition = await holidays.with_days_off(unit, definition)
    if known is not None and CycleDefinition.model_validate(known.definition) == definition:
        return view(known)
    if known is not None and known.status != "draft":
        raise Conflict(f"The cycle {cycle_id} is {known.status}; its definition is fixed.", extra={"current_status": known.status})
    if known is None:
        return await define(unit, definition)
    await _check(unit, definition)
    known.definition, known.year, known.defined_at = definition.model_dump(mode="json"), definition.year, unit.now
    unit.record(f"cycle:{cycle_id}", "cycle_redefined", name=definition.name, year=definition.year)
    return view(known)


async def all_cycles(unit: UnitOfWork) -> Page[CycleView]:
    """All cycles, newest first."""
    return Page(items=[view(cycle) for cycle in await rows.cycles(unit)])


async def one(unit: UnitOfWork, cycle_id: str) -> CycleView:
    """
    Raises:
        NotFound: there is no such cycle.
    """
    return view(await _known(unit, cycle_id))


async def participants(unit: UnitOfWork, cycle_id: str, cursor: str | None, limit: int) -> Page[Participant]:
    """Who takes part now: in service today, in the cycle's units, in those that carry them on since a reorganisation,
    or below them, and in no other cycle of the year. A standing rule, asked again by every enrolment.

    Raises:
        NotFound: there is no such cycle.
    """
    cycle = await _known(unit, cycle_id)
    definition = CycleDefinition.model_validate(cycle.definition)
    after = read_cursor(cursor, 1)
    found = await rows.population(unit, definition, unit.now.date(), after[0] if after else "", limit + 1)
    items = [Participant(**row) for row in found[:limit]]
    return Page(items=items, next_cursor=make_cursor(items[-1].person_id) if len(found) > limit else None)


def _row(unit: UnitOfWork, definition: CycleDefinition) -> Cycle:
    body = definition.model_dump(mode="json")
    return Cycle(cycle_id=definition.cycle_id, year=definition.year, definition=body, status="draft", defined_at=unit.now)


def _by_the_days_off_of(known: Cycle, definition: CycleDefinition) -> CycleDefinition:
    """An open cycle keeps the days off it was opened with; who repeats its definition need not say them."""
    days_off = CycleDefinition.model_validate(known.definition).calendar.days_off
    return definition.model_copy(update={"calendar": definition.calendar.model_copy(update={"days_off": days_off})})


async def _known(unit: UnitOfWork, cycle_id: str) -> Cycle:
    cycle = await rows.cycle(unit, cycle_id)
    if cycle is None:
        raise NotFound(f"There is no cycle {cycle_id}.")
    return cycle


async def _check(unit: UnitOfWork, definition: CycleDefinition) -> None:
    errors = []
    if (definition.rule_set, definition.rule_set_version) not in RULE_SETS:
        known = ", ".join(f"{name} version {version}" for name, version in RULE_SETS)
        errors.append(FieldError("rule_set", f"there is no {definition.rule_set} version {definition.rule_set_version}", f"use {known}"))
    for field, unit_ids in (("unit_ids", definition.unit_ids), ("except_unit_ids", definition.except_unit_ids)):
        missing = await rows.missing_units(unit, unit_ids)
        errors += [
            FieldError(f"{field}[{place}]", f"there is no unit {unit_id}", "use the id of a unit of the roster")
            for place, unit_id in enumerate(unit_ids)
            if unit_id in missing
        ]
    errors += await overlaps(unit, definition)
    if errors:
        raise InvalidInput(f"{len(errors)} things to mend in the cycle.", errors)
