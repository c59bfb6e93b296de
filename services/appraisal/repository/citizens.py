"""Queries about what citizens say of units."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from kit.unit import UnitOfWork
from services.appraisal.models import UnitCitizens


async def put(unit: UnitOfWork, unit_id: str, year: int, summary: dict[str, Any], told_at: datetime) -> None:
    """Keep the summary told last; a unit's events come in the order in which it was counted."""
    values = {"unit_id": unit_id, "year": year, "summary": summary, "told_at": told_at}
    statement = insert(UnitCitizens).values(**values)
    await unit.session.execute(statement.on_conflict_do_update(index_elements=["unit_id", "year"], set_=values))


async def of_unit(unit: UnitOfWork, unit_id: str, year: int) -> UnitCitizens | None:
    return await unit.session.get(UnitCitizens, (unit_id, year))
