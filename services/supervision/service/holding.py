"""What a batch of events will change is held in one order before any of it is handled: people, then cases, then units' releases,
each by id. Two batches, or a batch and a request, may then wait for each other in one direction only and never both ways."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.cycle import Phase, PhaseOpened
from contracts.envelope import Envelope, EventData
from contracts.personnel import PersonChanged, UnitChanged
from kit.unit import UnitOfWork
from services.supervision.repository import cases, people


async def hold_in_order(unit: UnitOfWork, events: Sequence[tuple[EventData, Envelope]]) -> None:
    """Hold the rows the batch's handlers hold one by one. What only becomes concerned within the batch is held by its handler."""
    changed = {data.person_id: data for data, _ in events if isinstance(data, PersonChanged)}
    moved = [
        person.person_id
        for person in await people.hold(unit, changed)
        if (person.supervisor_id, person.active, person.ends_on)
        != (changed[person.person_id].supervisor_id, changed[person.person_id].active, changed[person.person_id].ends_on)
    ]
    units = [data.unit_id for data, _ in events if isinstance(data, UnitChanged)]
    named = {case_id for data, _ in events if (case_id := getattr(data, "case_id", None)) is not None}
    held = await cases.hold(unit, named, people=moved, units=units)
    calibrated = {data.case_id for data, _ in events if isinstance(data, PhaseOpened) and data.phase is Phase.CALIBRATION}
    releases = {(row.cycle_id, row.unit_id) for row in held if row.phase == Phase.CALIBRATION or row.case_id in calibrated}
    for cycle_id, unit_id in sorted(releases):
        await cases.lock_release(unit, cycle_id, unit_id)
