"""Nobody takes part in two cycles of a year, unless HR says so: an overlap is named before it can happen."""

from __future__ import annotations

from contracts.cycle import CycleDefinition
from kit.problems import FieldError
from kit.unit import UnitOfWork
from services.appraisal.repository import cycles as rows

NAMED_UNITS = 3


async def overlaps(unit: UnitOfWork, definition: CycleDefinition) -> list[FieldError]:
    """One error for each other cycle of the year in which some of the people take part too."""
    if definition.may_overlap:
        return []
    errors = []
    for other in await rows.of_year(unit, definition.year):
        known = CycleDefinition.model_validate(other.definition)
        if other.cycle_id == definition.cycle_id or known.may_overlap:
            continue
        units = await rows.in_both(unit, definition, other)
        if units:
            errors.append(_error(definition, known, units))
    return errors


def _error(definition: CycleDefinition, other: CycleDefinition, units: dict[str, int]) -> FieldError:
    people, named = sum(units.values()), list(units)[:NAMED_UNITS]
    more = f" and {len(units) - len(named)} more units" if len(units) > len(named) else ""
    many = f"{people} people take" if people != 1 else "1 person takes"
    return FieldError(
        "unit_ids",
        f"{many} part in the cycle {other.cycle_id} ({other.name}) of {definition.year} too: {', '.join(named)}{more}",
        "choose other units, name these in except_unit_ids of one of the two cycles, or set may_overlap to appraise them in both",
    )
