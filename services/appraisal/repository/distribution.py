"""Queries about units as organisations and the categories of their people."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select, text

from kit.unit import UnitOfWork
from services.appraisal.models import Case, OrganisationUnit, ResultVersion, UnitResult

COUNTS = text(
    """
    WITH RECURSIVE part AS (
        SELECT unit_id FROM unit WHERE unit_id = :unit_id
        UNION
        SELECT unit.unit_id FROM unit JOIN part ON unit.parent_id = part.unit_id WHERE :subtree
    )
    SELECT result.category, count(*) AS people FROM appraisal_case kase
    LEFT JOIN result_version result ON result.case_id = kase.case_id AND result.version = kase.result_version
        AND result.status IN ('provisional', 'closed')
    WHERE kase.cycle_id = :cycle_id AND kase.unit_id IN (SELECT unit_id FROM part) AND kase.case_id <> :without
    GROUP BY result.category
    """
)
OWN_CASE = text(
    """
    WITH RECURSIVE part AS (
        SELECT unit_id FROM unit WHERE unit_id = :unit_id
        UNION
        SELECT unit.unit_id FROM unit JOIN part ON unit.parent_id = part.unit_id WHERE :subtree
    )
    SELECT case_id, phase FROM appraisal_case
    WHERE cycle_id = :cycle_id AND person_id = :person_id AND unit_id IN (SELECT unit_id FROM part)
    """
)
HEADS = text(
    """
    WITH RECURSIVE up AS (
        SELECT head_id, parent_id, 1 AS place FROM unit WHERE unit_id = :unit_id
        UNION ALL
        SELECT unit.head_id, unit.parent_id, up.place + 1 FROM up JOIN unit ON unit.unit_id = up.parent_id WHERE up.place < 30
    )
    SELECT head_id FROM up WHERE head_id IS NOT NULL
    """
)


async def organisation_unit(unit: UnitOfWork, unit_id: str) -> OrganisationUnit | None:
    return await unit.session.get(OrganisationUnit, unit_id)


async def heads_of(unit: UnitOfWork, unit_id: str) -> set[str]:
    """The heads of a unit and of those above it."""
    return set((await unit.session.execute(HEADS, {"unit_id": unit_id})).scalars())


async def own_case(unit: UnitOfWork, cycle_id: str, unit_id: str, person_id: str, *, subtree: bool) -> Any | None:
    """The id and phase of somebody's own case in a unit (or below it)."""
    values = {"cycle_id": cycle_id, "unit_id": unit_id, "person_id": person_id, "subtree": subtree}
    return (await unit.session.execute(OWN_CASE, values)).first()


async def category_counts(unit: UnitOfWork, cycle_id: str, unit_id: str, *, subtree: bool, without: str) -> dict[str | None, int]:
    """How many cases of a unit have which category; None counts those without a result. One case may be left out."""
    values = {"cycle_id": cycle_id, "unit_id": unit_id, "subtree": subtree, "without": without}
    return {row.category: row.people for row in await unit.session.execute(COUNTS, values)}


async def unit_result(unit: UnitOfWork, cycle_id: str, unit_id: str) -> UnitResult | None:
    """The newest result of a unit as an organisation."""
    statement = select(UnitResult).where(UnitResult.cycle_id == cycle_id, UnitResult.unit_id == unit_id)
    return (await unit.session.execute(statement.order_by(col(UnitResult.version).desc()).limit(1))).scalar_one_or_none()


async def add_unit_result(unit: UnitOfWork, result: UnitResult) -> bool:
    """Add a version; False where somebody else added it meanwhile."""
    added = await unit.session.execute(
        insert(UnitResult).values(**result.model_dump()).on_conflict_do_nothing().returning(col(UnitResult.version))
    )
    return added.scalar_one_or_none() is not None


async def results_of(unit: UnitOfWork, cycle_id: str, unit_id: str, case_ids: list[str]) -> list[ResultVersion]:
    """The results that hold of these cases, as far as they are of the unit itself."""
    statement = (
        select(ResultVersion)
        .join(Case, (col(Case.case_id) == ResultVersion.case_id) & (col(Case.result_version) == ResultVersion.version))
        .where(Case.cycle_id == cycle_id, Case.unit_id == unit_id, col(Case.case_id).in_(case_ids))
        .where(col(ResultVersion.status).in_(["provisional", "closed"]))
    )
    return list((await unit.session.execute(statement)).scalars())
