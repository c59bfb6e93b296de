"""Queries about results of earlier years, and of a person through the years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Row as SqlRow
from sqlmodel import and_, col, select, text

from kit.db import select_many
from kit.unit import UnitOfWork
from services.appraisal.models import Case, Cycle, HistoricResult, Person, ResultVersion

PUT = text(
    """
    INSERT INTO historic_result (person_id, year, category, results, behaviour, imported_at)
    SELECT person_id, year, category, results, behaviour, :now FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS given(person_id text, year integer, category text, results text, behaviour text)
    ON CONFLICT (person_id, year) DO UPDATE SET category = excluded.category, results = excluded.results,
        behaviour = excluded.behaviour, imported_at = excluded.imported_at
    """
)


async def ids_by_nip(unit: UnitOfWork) -> dict[str, str]:
    """Everybody's id by NIP, people who have left too."""
    return dict((await unit.session.execute(select(Person.nip, Person.person_id))).tuples().all())


async def known(unit: UnitOfWork) -> dict[tuple[str, int], tuple[str, str | None, str | None]]:
    """(category, results, behaviour) of every result of earlier years, by person and year."""
    columns = (
        HistoricResult.person_id,
        HistoricResult.year,
        HistoricResult.category,
        HistoricResult.results,
        HistoricResult.behaviour,
    )
    rows = await unit.session.execute(select_many(*columns))
    return {(row[0], row[1]): (row[2], row[3], row[4]) for row in rows}


async def put(unit: UnitOfWork, rows: Sequence[dict[str, Any]]) -> None:
    """Add or change results of earlier years."""
    await unit.session.execute(PUT, {"rows": orjson.dumps(rows).decode(), "now": unit.now})


async def of_person(unit: UnitOfWork, person_id: str) -> list[HistoricResult]:
    """A person's results of earlier years, newest first."""
    statement = select(HistoricResult).where(HistoricResult.person_id == person_id).order_by(col(HistoricResult.year).desc())
    return list((await unit.session.execute(statement)).scalars())


async def closed_results(unit: UnitOfWork, person_id: str) -> list[SqlRow[Any]]:
    """A person's closed results of this system, newest first: (case_id, cycle's year, result)."""
    holds = and_(col(ResultVersion.case_id) == Case.case_id, col(ResultVersion.version) == Case.result_version)
    statement = (
        select(Case.case_id, Cycle.year, ResultVersion)
        .join(Cycle, col(Cycle.cycle_id) == Case.cycle_id)
        .join(ResultVersion, holds)
        .where(Case.person_id == person_id, ResultVersion.status == "closed")
        .order_by(col(Cycle.year).desc(), col(Case.case_id))
    )
    return list((await unit.session.execute(statement)).all())
