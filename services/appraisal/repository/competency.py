"""Queries about competencies, standards and ratings."""

from __future__ import annotations

from sqlalchemy import func, inspect
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from kit.db import changed_rows
from kit.unit import UnitOfWork
from services.appraisal.models import CompetencyAssessment, Person, PositionStandard, TechnicalCompetency

FRESH = {"populate_existing": True}


async def technical(unit: UnitOfWork) -> list[TechnicalCompetency]:
    """All technical competencies, by code."""
    return list((await unit.session.execute(select(TechnicalCompetency).order_by(col(TechnicalCompetency.code)))).scalars())


async def technical_one(unit: UnitOfWork, code: str) -> TechnicalCompetency | None:
    statement = select(TechnicalCompetency).where(TechnicalCompetency.code == code).with_for_update()
    return (await unit.session.execute(statement)).scalar_one_or_none()


async def standard(unit: UnitOfWork, position: str, *, lock: bool = False) -> PositionStandard | None:
    """What HR set for a position."""
    statement = select(PositionStandard).where(PositionStandard.position == position)
    return (await unit.session.execute(statement.with_for_update() if lock else statement)).scalar_one_or_none()


async def put(unit: UnitOfWork, row: TechnicalCompetency | PositionStandard) -> bool:
    """Store it over the version before; False where somebody stored another first, be it the very first."""
    values, table = row.model_dump(), type(row)
    unchanged = col(table.version) == row.version - 1
    statement = (
        insert(table)
        .values(**values)
        .on_conflict_do_update(constraint=inspect(table).local_table.primary_key, set_=values, where=unchanged)
    )
    return await changed_rows(unit.session, statement) > 0


async def positions(unit: UnitOfWork, query: str, after: str, limit: int) -> list[tuple[str, int, int | None]]:
    """The positions people hold, by name: (position, how many hold it, version of its standard or None)."""
    statement = (
        select(Person.position, func.count(), func.max(PositionStandard.version))
        .outerjoin(PositionStandard, col(PositionStandard.position) == Person.position)
        .where(col(Person.active), Person.position > after, Person.position != "")
        .group_by(col(Person.position))
        .order_by(col(Person.position))
        .limit(limit)
    )
    if query:
        statement = statement.where(col(Person.position).icontains(query, autoescape=True))
    return [(row[0], row[1], row[2]) for row in (await unit.session.execute(statement)).all()]


async def kind_of(unit: UnitOfWork, position: str) -> tuple[str, str] | None:
    """Kind and level of a position, as the people who hold it have it; None where nobody does."""
    statement = (
        select(Person.position_kind, Person.position_level)
        .where(Person.position == position)
        .order_by(col(Person.active).desc(), col(Person.person_id))
        .limit(1)
    )
    row = (await unit.session.execute(statement)).first()
    return None if row is None else (row[0], row[1])


async def assessment(unit: UnitOfWork, case_id: str) -> CompetencyAssessment | None:
    statement = select(CompetencyAssessment).where(CompetencyAssessment.case_id == case_id)
    return (await unit.session.execute(statement, execution_options=FRESH)).scalar_one_or_none()


async def put_assessment(unit: UnitOfWork, row: CompetencyAssessment) -> None:
    values = row.model_dump()
    await unit.session.execute(insert(CompetencyAssessment).values(**values).on_conflict_do_update(index_elements=["case_id"], set_=values))
