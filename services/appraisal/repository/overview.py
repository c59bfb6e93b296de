"""Queries of the leaders' overview: results counted by unit. Who asks never finds the own result in a figure before it is theirs to see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlmodel import col, select, text

from kit.auth import Principal
from kit.db import select_many
from kit.unit import UnitOfWork
from services.appraisal.domain.case_state import SHOWN_TO_EMPLOYEE
from services.appraisal.domain.words import Category
from services.appraisal.models import Cycle, OrganisationUnit

COUNTS = text(
    """
    SELECT kase.cycle_id, kase.unit_id, result.category, count(*) AS people FROM appraisal_case kase
    JOIN result_version result ON result.case_id = kase.case_id AND result.version = kase.result_version
        AND result.status IN ('provisional', 'closed')
    WHERE kase.cycle_id = ANY(:cycle_ids) AND NOT (kase.person_id = :reader AND kase.phase <> ALL(:open_to_employee))
        AND NOT kase.blind_to @> ARRAY[:reader]
    GROUP BY kase.cycle_id, kase.unit_id, result.category
    """
)
IMPORTED = text(
    """
    SELECT earlier.year, person.unit_id, earlier.category, count(*) AS people FROM historic_result earlier
    JOIN person ON person.person_id = earlier.person_id
    WHERE earlier.year < :before
    GROUP BY earlier.year, person.unit_id, earlier.category
    """
)
CASES = text("SELECT unit_id, count(*) AS cases FROM appraisal_case WHERE cycle_id = :cycle_id GROUP BY unit_id")
ORGANISATION_RESULTS = text(
    "SELECT DISTINCT ON (unit_id) unit_id, result FROM unit_result"
    " WHERE cycle_id = :cycle_id AND unit_id = ANY(:unit_ids) ORDER BY unit_id, version DESC"
)

ByUnit = dict[str, Counter[Category]]


async def units(unit: UnitOfWork) -> list[tuple[str, str, str | None, str | None]]:
    """(id, name, unit above, head) of every unit, by name."""
    columns = (OrganisationUnit.unit_id, OrganisationUnit.name, OrganisationUnit.parent_id, OrganisationUnit.head_id)
    rows = await unit.session.execute(select_many(*columns).order_by(OrganisationUnit.name, OrganisationUnit.unit_id))
    return [(row[0], row[1], row[2], row[3]) for row in rows]


async def cycles_until(unit: UnitOfWork, year: int) -> list[tuple[str, int]]:
    """(id, year) of the cycles that have begun, up to a year, oldest first."""
    statement = select(Cycle.cycle_id, Cycle.year).where(Cycle.year <= year, Cycle.status != "draft")
    rows = await unit.session.execute(statement.order_by(col(Cycle.year), col(Cycle.cycle_id)))
    return [(row[0], row[1]) for row in rows]


async def results(unit: UnitOfWork, caller: Principal, cycle_ids: Sequence[str]) -> dict[str, ByUnit]:
    """The results that hold, by cycle and unit. Left out are the caller's own until they may see it, and those they rate unseen."""
    values = {"cycle_ids": list(cycle_ids), "reader": caller.person_id, "open_to_employee": [one.value for one in SHOWN_TO_EMPLOYEE]}
    found: dict[str, ByUnit] = {cycle_id: {} for cycle_id in cycle_ids}
    for row in await unit.session.execute(COUNTS, values):
        found[row.cycle_id].setdefault(row.unit_id, Counter())[Category(row.category)] = row.people
    return found


async def imported(unit: UnitOfWork, before: int, years: Sequence[int]) -> dict[int, ByUnit]:
    """Results of earlier systems by year and by the unit where the person works now; of years this system has none of its own."""
    found: dict[int, ByUnit] = {}
    for row in await unit.session.execute(IMPORTED, {"before": before}):
        if row.year in years:  # here, for the planner of PostgreSQL takes "none of these years" to leave next to nothing
            continue
        found.setdefault(row.year, {}).setdefault(row.unit_id, Counter())[Category(row.category)] = row.people
    return found


async def cases(unit: UnitOfWork, cycle_id: str) -> dict[str, int]:
    """How many cases each unit itself has."""
    return {row.unit_id: row.cases for row in await unit.session.execute(CASES, {"cycle_id": cycle_id})}


async def organisation_results(unit: UnitOfWork, cycle_id: str, unit_ids: Sequence[str]) -> dict[str, str]:
    """The newest result of these units as organisations."""
    rows = await unit.session.execute(ORGANISATION_RESULTS, {"cycle_id": cycle_id, "unit_ids": list(unit_ids)})
    return {row.unit_id: row.result for row in rows}
