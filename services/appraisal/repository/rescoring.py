"""Queries that go through the results of a cycle page by page."""

from __future__ import annotations

from sqlalchemy import tuple_
from sqlmodel import col, select

from kit.unit import UnitOfWork
from services.appraisal.models import Case, ResultVersion


async def results_page(unit: UnitOfWork, cycle_id: str, after: tuple[str, int], limit: int) -> list[ResultVersion]:
    """Result versions of a cycle by case and version, those after a place."""
    statement = (
        select(ResultVersion)
        .join(Case, col(Case.case_id) == ResultVersion.case_id)
        .where(Case.cycle_id == cycle_id, tuple_(ResultVersion.case_id, ResultVersion.version) > after)
        .order_by(col(ResultVersion.case_id), col(ResultVersion.version))
        .limit(limit)
    )
    return list((await unit.session.execute(statement)).scalars())
