"""Queries about units as organisations and the categories of their people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, or_, select, text

from kit.auth import Principal
from kit.unit import UnitOfWork
from services.appraisal.domain.case_state import SHOWN_TO_EMPLOYEE
from services.appraisal.models import Case, OrganisationUnit, ResultVersion, UnitResult
from services.appraisal.repository.cases import readable_condition, reads_all

COUNTS = text(
    """
    WITH RECURSIVE part AS (
        SELECT unit_id FROM unit WHERE unit_id = :unit_id
        UNION
        SELECT unit.unit_id FROM unit JOIN part ON unit.parent_id = part.unit_id WHERE :subtree
    ), counted AS (
        SELECT result.category, CASE
            WHEN kase.person_id = :reader THEN kase.phase = ANY(:open_to_employee)
            WHEN kase.blind_to @> ARRAY[:reader] THEN false
            ELSE :everything OR kase.line @> ARRAY[:reader] OR EXISTS (SELECT FROM case_reader
                WHERE person_id = :reader AND scope IN (kase.case_id, kase.cycle_id || '/' || kase.unit_id))
            END AS readable, kase.person_id = :reader AS own
        FROM appraisal_case kase
        LEFT JOIN result_version result ON result.case_id = kase.case_id AND result.version = kase.result_version
            AND result.status IN ('provisional', 'closed')
        WHERE kase.cycle_id = :cycle_id AND kase.unit_id IN (SELECT unit_id FROM part)
    )
    SELECT category, readable, own, count(*) AS people FROM counted GROUP BY category, readable, own
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


@dataclass(frozen=True)
class Counted:
    """Cases of a unit by category; None counts those without a result. ``withheld`` are results the reader may not see."""

    categories: dict[str | None, int]
    withheld: int


async def counted(unit: UnitOfWork, caller: Principal, cycle_id: str, unit_id: str, *, subtree: bool) -> Counted:
    """How many cases of a unit have which category, as far as the caller may read their results: the own one from the feedback session on,
    those the caller rates anew only afterwards. Whether the own case has a result already is withheld too."""
    values = {"cycle_id": cycle_id, "unit_id": unit_id, "subtree": subtree, "open_to_employee": [one.value for one in SHOWN_TO_EMPLOYEE]}
    categories: Counter[str | None] = Counter()
    withheld = 0
    rows = await unit.session.execute(COUNTS, {**values, "reader": caller.person_id, "everything": reads_all(caller)})
    for row in rows:
        if row.readable or (row.category is None and not row.own):
            categories[row.category] += row.people
        else:
            withheld += row.people
    return Counted(categories, withheld)


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


async def results_of(unit: UnitOfWork, caller: Principal, cycle_id: str, unit_id: str, case_ids: list[str]) -> list[ResultVersion]:
    """The results that hold of these cases, as far as they are of the unit itself and counted for the caller."""
    me = caller.person_id
    visible = or_(Case.person_id != me, col(Case.phase).in_([one.value for one in SHOWN_TO_EMPLOYEE]))
    statement = (
        select(ResultVersion)
        .join(Case, (col(Case.case_id) == ResultVersion.case_id) & (col(Case.result_version) == ResultVersion.version))
        .where(Case.cycle_id == cycle_id, Case.unit_id == unit_id, col(Case.case_id).in_(case_ids))
        .where(col(ResultVersion.status).in_(["provisional", "closed"]))
        .where(readable_condition(caller), visible, ~col(Case.blind_to).contains([me]))
    )
    return list((await unit.session.execute(statement)).scalars())
