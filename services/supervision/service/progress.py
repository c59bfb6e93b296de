"""How far a unit is in a cycle, with what its citizens say: work that is done, never who did it."""

from __future__ import annotations

from kit.auth import Principal
from kit.problems import Forbidden, NotFound
from kit.unit import UnitOfWork
from services.supervision.domain.citizens import satisfaction
from services.supervision.domain.stages import STAGE_OF, Stage
from services.supervision.domain.words import Phase
from services.supervision.models import UnitOfCity
from services.supervision.repository import citizens, people
from services.supervision.repository import progress as rows
from services.supervision.repository.readable import reads_all
from services.supervision.schemas_progress import ProgressView, UnitProgress


async def read(unit: UnitOfWork, caller: Principal, cycle_id: str, unit_id: str) -> ProgressView:
    """
    Raises:
        NotFound: there is no such cycle or unit.
        Forbidden: the caller neither oversees the city nor heads the unit or one above it.
    """
    cycle = await people.cycle(unit, cycle_id)
    if cycle is None:
        raise NotFound(f"There is no cycle {cycle_id}.")
    places = await rows.with_units_below(unit, unit_id)
    place = next((one for one in places if one.unit_id == unit_id), None)
    if place is None:
        raise NotFound(f"There is no unit {unit_id}.")
    if not reads_all(caller) and not await citizens.leads(unit, caller, unit_id):
        raise Forbidden("How far a unit is, is for its head, those above, HR, leadership and ops.")
    year = int(cycle.definition["year"])
    said = await citizens.counts(unit, year, [one.unit_id for one in places])
    standing: dict[str, list[tuple[Phase, int, int, int]]] = {}
    for row in await rows.by_phase(unit, cycle_id, unit_id):
        standing.setdefault(row.top, []).append((Phase(row.phase), row.cases, row.paused, row.overdue))

    def of(one: UnitOfCity) -> UnitProgress:
        found, voice = standing.get(one.unit_id, []), said.get(one.unit_id) or citizens.Counts(one.unit_id)
        satisfied = satisfaction(dict(voice.rated))
        return UnitProgress(
            unit_id=one.unit_id,
            unit_name=one.name,
            cases=sum(row[1] for row in found),
            stages={stage: sum(row[1] for row in found if STAGE_OF[row[0]] is stage) for stage in Stage},
            paused=sum(row[2] for row in found),
            overdue=sum(row[3] for row in found),
            answers=voice.answers,
            index=satisfied.index,
            grade=satisfied.grade,
            complaints=voice.complaints,
            standing=voice.standing,
        )

    return ProgressView(cycle_id=cycle_id, year=year, unit=of(place), units=[of(one) for one in places if one is not place])
