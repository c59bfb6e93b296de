"""Queries about cycles and who takes part in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select, text, update

from contracts.cycle import CycleDefinition
from kit.unit import UnitOfWork
from services.appraisal.models import Cycle, OrganisationUnit

IN_SERVICE = "active AND (starts_on IS NULL OR starts_on <= :today) AND (ends_on IS NULL OR ends_on >= :today)"


def _units(name: str) -> str:
    """The units of a list, those that carry them on since a reorganisation, and all below them."""
    return f"""
    {name}_named AS (
        SELECT unit_id FROM unit WHERE unit_id = ANY(CAST(:{name} AS text[]))
        UNION
        SELECT unit_successor.successor_id FROM unit_successor JOIN {name}_named ON unit_successor.unit_id = {name}_named.unit_id
    ), {name}_part AS (
        SELECT unit_id FROM {name}_named
        UNION
        SELECT unit.unit_id FROM unit JOIN {name}_part ON unit.parent_id = {name}_part.unit_id
    )"""


def _takes_part(name: str, but: str) -> str:
    return f"""(cardinality(CAST(:{name} AS text[])) = 0 OR person.unit_id IN (SELECT unit_id FROM {name}_part))
      AND person.unit_id NOT IN (SELECT unit_id FROM {but}_part)"""


POPULATION = text(
    f"""
    WITH RECURSIVE {_units("units")}, {_units("but")}
    SELECT person_id, unit_id FROM person
    WHERE {IN_SERVICE} AND {_takes_part("units", "but")} AND person_id > :after
      AND (:may_overlap OR NOT EXISTS (
        SELECT 1 FROM appraisal_case JOIN cycle ON cycle.cycle_id = appraisal_case.cycle_id
        WHERE appraisal_case.person_id = person.person_id AND cycle.year = :year AND cycle.cycle_id <> :cycle_id
          AND appraisal_case.outcome IS DISTINCT FROM 'cancelled'
          AND NOT coalesce(CAST(cycle.definition ->> 'may_overlap' AS boolean), false)
      ))
    ORDER BY person_id LIMIT :limit
    """
)
IN_BOTH = text(
    f"""
    WITH RECURSIVE {_units("units")}, {_units("but")}, {_units("others")}, {_units("others_but")}
    SELECT unit.name, count(*) AS people FROM person JOIN unit ON unit.unit_id = person.unit_id
    WHERE person.active AND {_takes_part("units", "but")} AND CASE WHEN :closed
      THEN EXISTS (
        SELECT 1 FROM appraisal_case WHERE appraisal_case.person_id = person.person_id AND appraisal_case.cycle_id = :other_id
          AND appraisal_case.outcome IS DISTINCT FROM 'cancelled')
      ELSE {_takes_part("others", "others_but")} END
    GROUP BY unit.name ORDER BY people DESC, unit.name
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


async def population(unit: UnitOfWork, definition: CycleDefinition, today: date, after: str, limit: int) -> list[dict[str, str]]:
    """Who takes part today, by id: people in service in the cycle's units, in those that carry them on since, or below them; no
    units means the whole city. Whoever has a case in another cycle of the year is left out, unless one of the two may overlap."""
    values = {"today": today, "after": after, "limit": limit, "year": definition.year, "cycle_id": definition.cycle_id}
    values |= {"units": list(definition.unit_ids), "but": list(definition.except_unit_ids), "may_overlap": definition.may_overlap}
    rows = await unit.session.execute(POPULATION, values)
    return [{"person_id": row.person_id, "unit_id": row.unit_id} for row in rows]


async def drafts(unit: UnitOfWork) -> list[Cycle]:
    """Cycles that wait to be opened, held until the transaction ends."""
    found = await unit.session.execute(select(Cycle).where(Cycle.status == "draft").order_by(col(Cycle.cycle_id)).with_for_update())
    return list(found.scalars())


async def of_year(unit: UnitOfWork, year: int) -> list[Cycle]:
    """All cycles of a year."""
    return list((await unit.session.execute(select(Cycle).where(Cycle.year == year).order_by(col(Cycle.cycle_id)))).scalars())


async def in_both(unit: UnitOfWork, definition: CycleDefinition, other: Cycle) -> dict[str, int]:
    """How many people take part in a cycle and in another, by their unit's name; of a closed one, who had a case in it."""
    known = CycleDefinition.model_validate(other.definition)
    values: dict[str, Any] = {"units": list(definition.unit_ids), "but": list(definition.except_unit_ids)}
    values |= {"others": list(known.unit_ids), "others_but": list(known.except_unit_ids)}
    rows = await unit.session.execute(IN_BOTH, values | {"closed": other.status == "closed", "other_id": other.cycle_id})
    return {row.name: row.people for row in rows}
