"""Queries that look for what breaks the invariants of a cycle."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from sqlmodel import text

from kit.unit import UnitOfWork

ENDINGS = text(
    """
    SELECT kase.case_id, kase.status, kase.outcome, kase.result_version, cycle.status AS cycle_status,
        (SELECT count(*) FROM result_version r WHERE r.case_id = kase.case_id AND r.status = 'closed') AS closed_results,
        (SELECT count(*) FROM result_version r WHERE r.case_id = kase.case_id AND r.status = 'provisional') AS provisional_results,
        (SELECT coalesce(max(r.version), 0) FROM result_version r WHERE r.case_id = kase.case_id) AS newest_result
    FROM appraisal_case kase JOIN cycle ON cycle.cycle_id = kase.cycle_id
    WHERE kase.cycle_id = :cycle_id ORDER BY kase.case_id
    """
)
RESULTS = text(
    """
    SELECT r.case_id, r.version, r.results, r.behaviour, r.category, r.hash, r.explanation, r.credit_points
    FROM result_version r JOIN appraisal_case kase ON kase.case_id = r.case_id
    WHERE kase.cycle_id = :cycle_id ORDER BY r.case_id, r.version
    """
)

TWICE_IN_A_YEAR = text(
    """
    SELECT kase.case_id, other.case_id AS other_id
    FROM appraisal_case kase JOIN cycle ON cycle.cycle_id = kase.cycle_id
    JOIN appraisal_case other ON other.person_id = kase.person_id AND other.cycle_id <> kase.cycle_id
    JOIN cycle beside ON beside.cycle_id = other.cycle_id AND beside.year = cycle.year
    WHERE kase.cycle_id = :cycle_id AND kase.outcome IS DISTINCT FROM 'cancelled' AND other.outcome IS DISTINCT FROM 'cancelled'
      AND NOT coalesce(CAST(cycle.definition ->> 'may_overlap' AS boolean), false)
      AND NOT coalesce(CAST(beside.definition ->> 'may_overlap' AS boolean), false)
    ORDER BY kase.case_id, other.case_id
    """
)


async def twice_in_a_year(unit: UnitOfWork, cycle_id: str) -> list[Any]:
    """Cases of people who have one in another cycle of the year too, though neither cycle may overlap."""
    return list((await unit.session.execute(TWICE_IN_A_YEAR, {"cycle_id": cycle_id})).all())


async def endings(unit: UnitOfWork, cycle_id: str) -> list[Any]:
    """Every case of a cycle with how it stands and its results' counts."""
    return list((await unit.session.execute(ENDINGS, {"cycle_id": cycle_id})).all())


async def results(unit: UnitOfWork, cycle_id: str) -> AsyncIterator[Any]:
    """Every result version of a cycle, read in a stream."""
    stream = await unit.session.stream(RESULTS, {"cycle_id": cycle_id})
    async for row in stream:
        yield row
