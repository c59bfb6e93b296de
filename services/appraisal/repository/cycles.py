"""Queries about cycles and who takes part in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select, text, update

from kit.unit import UnitOfWork
from services.appraisal.models import Cycle, OrganisationUnit

POPULATION = text(
    """
    WITH RECURSIVE named AS (
        SELECT unit_id FROM unit WHERE unit_id = ANY(CAST(:unit_ids AS text[]))
        UNION
        SELECT unit_successor.successor_id FROM unit_successor JOIN named ON unit_successor.unit_id = named.unit_id
    ), part AS (
        SELECT unit_id FROM named
        UNION
        SELECT unit.unit_id FROM unit JOIN part ON unit.parent_id = part.unit_id
    )
    SELECT person_id, unit_id FROM person
    WHERE active AND (starts_on IS NULL OR starts_on <= :today) AND (ends_on IS NULL OR ends_on >= :today)
      AND (:everybody OR unit_id IN (SELECT unit_id FROM part)) AND person_id > :after
    ORDER BY person_id LIMIT :limit
    """
)


async def cycle(unit: UnitOfWork, cycle_id: str, *, lock: bool = False) -> Cycle | None:
    statement = select(Cycle).where(Cycle.cycle_id == cycle_id)
    return (await unit.session.execute(statement.with_for_update() if lock else statement)).scalar_one_or_none()


async def cycles(unit: UnitOfWork) -> list[Cycle]:
    """All cycles, newest first."""
    return list((await unit.session.execute(select(Cycle).order_by(col(Cycle.year).desc(), col(Cycle.cycle_id)))).scalars())


async def add_cycle(unit: UnitOfWork, cycle: Cycle) -> bool:
    """Add a cycle; False where there is one of that id."""
    added = await unit.session.execute(insert(Cycle).values(**cycle.model_dump()).on_conflict_do_nothing().returning(col(Cycle.cycle_id)))
    return added.scalar_one_or_none() is not None


async def change_cycle(unit: UnitOfWork, cycle_id: str, **values: Any) -> None:
    await unit.session.execute(update(Cycle).where(col(Cycle.cycle_id) == cycle_id).values(**values))


async def missing_units(unit: UnitOfWork, unit_ids: Sequence[str]) -> set[str]:
    """Which of these units there are not."""
    if not unit_ids:
        return set()
    found = await unit.session.execute(select(OrganisationUnit.unit_id).where(col(OrganisationUnit.unit_id).in_(unit_ids)))
    return set(unit_ids) - set(found.scalars())


async def population(unit: UnitOfWork, unit_ids: Sequence[str], today: date, after: str, limit: int) -> list[dict[str, str]]:
    """Who takes part today, by id: people in service in these units, in those that carry them on since, or below them; no units
    means the whole city."""
    values = {"unit_ids": list(unit_ids), "everybody": not unit_ids, "today": today, "after": after, "limit": limit}
    rows = await unit.session.execute(POPULATION, values)
    return [{"person_id": row.person_id, "unit_id": row.unit_id} for row in rows]
