"""What citizens say of a unit, as an input to its result as an organisation. No rule about a person reads it."""

from __future__ import annotations

from contracts.citizens import CitizenSummaryChanged
from contracts.envelope import Envelope
from kit.unit import UnitOfWork
from services.appraisal.repository import citizens as rows
from services.appraisal.result_schemas import CitizensInput


async def on_citizen_summary_changed(unit: UnitOfWork, data: CitizenSummaryChanged, envelope: Envelope) -> None:
    """Keep the newest summary of the unit's year."""
    summary = data.model_dump(mode="json", exclude={"unit_id", "year"})
    await rows.put(unit, data.unit_id, data.year, summary, envelope.time)


async def input_of(unit: UnitOfWork, unit_id: str, year: int) -> CitizensInput | None:
    """What citizens said of a unit in a cycle's year; None where nobody said anything."""
    found = await rows.of_unit(unit, unit_id, year)
    return CitizensInput.model_validate({**found.summary, "year": year, "told_at": found.told_at}) if found else None
