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


async def endings(unit: UnitOfWork, cycle_id: str) -> list[Any]:
    """Every case of a cycle with how it stands and its results' counts."""
    return list((await unit.session.execute(ENDINGS, {"cycle_id": cycle_id})).all())


async def results(unit: UnitOfWork, cycle_id: str) -> AsyncIterator[Any]:
    """Every result version of a cycle, read in a stream."""
    stream = await unit.session.stream(RESULTS, {"cycle_id": cycle_id})
    async for row in stream:
        yield row
