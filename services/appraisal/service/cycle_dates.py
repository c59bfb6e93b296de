"""The dates of a defined cycle: which fall on days off, and moving a draft's to working days."""

from __future__ import annotations

from contracts.cycle import CycleDefinition
from kit.problems import Conflict, NotFound
from kit.unit import UnitOfWork
from services.appraisal.models import Cycle
from services.appraisal.repository import cycles as rows
from services.appraisal.schemas_calendar import CalendarCheck
from services.appraisal.service import holidays


async def checked(unit: UnitOfWork, cycle_id: str) -> CalendarCheck:
    """
    Raises:
        NotFound: there is no such cycle.
    """
    cycle = await _known(unit, cycle_id)
    return await holidays.check(unit, CycleDefinition.model_validate(cycle.definition))


async def move_to_working_days(unit: UnitOfWork, cycle_id: str) -> CalendarCheck:
    """Move the due dates that fall on days off to the next working day, and say which.

    Raises:
        NotFound: there is no such cycle.
        Conflict: it is open or closed; its dates are extended phase by phase.
    """
    cycle = await _known(unit, cycle_id, lock=True)
    if cycle.status != "draft":
        raise Conflict(
            f"The cycle {cycle_id} is {cycle.status}; its definition is fixed. Extend the phase to a working day instead.",
            extra={"current_status": cycle.status},
        )
    found = await holidays.check(unit, CycleDefinition.model_validate(cycle.definition))
    if found.moves:
        cycle.definition = found.definition.model_dump(mode="json")
        unit.session.add(cycle)
        moved = {f"{move.phase}.{move.field}": [move.was.isoformat(), move.becomes.isoformat()] for move in found.moves}
        unit.record(f"cycle:{cycle_id}", "dates_moved_to_working_days", moved=moved)
    return found


async def _known(unit: UnitOfWork, cycle_id: str, *, lock: bool = False) -> Cycle:
    cycle = await rows.cycle(unit, cycle_id, lock=lock)
    if cycle is None:
        raise NotFound(f"There is no cycle {cycle_id}.")
    return cycle
