"""Queries about the periods and parts of a case's year."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, func, select, update

from kit.db import changed_rows
from kit.unit import UnitOfWork
from services.appraisal.models import Case, Cycle, PeriodicResult, Person, ResultPart


async def parts_that_hold(unit: UnitOfWork, case_id: str) -> list[ResultPart]:
    """The earlier parts of a case's year that were not withdrawn, in the order of their months."""
    statement = select(ResultPart).where(ResultPart.case_id == case_id, col(ResultPart.withdrawn_at).is_(None))
    return list((await unit.session.execute(statement.order_by(col(ResultPart.first_month)))).scalars())


async def next_number(unit: UnitOfWork, case_id: str) -> int:
    """The number of the next part; numbers of withdrawn ones are not used again."""
    highest = await unit.session.execute(select(func.max(ResultPart.number)).where(ResultPart.case_id == case_id))
    return (highest.scalar_one() or 0) + 1


async def add_part(unit: UnitOfWork, part: ResultPart) -> None:
    await unit.session.execute(insert(ResultPart).values(**part.model_dump()))


async def withdraw_part(unit: UnitOfWork, case_id: str, number: int) -> bool:
    """Withdraw a part; False where there is none of this number that holds."""
    statement = (
        update(ResultPart)
        .where(col(ResultPart.case_id) == case_id, col(ResultPart.number) == number, col(ResultPart.withdrawn_at).is_(None))
        .values(withdrawn_at=unit.now)
    )
    return await changed_rows(unit.session, statement) > 0


async def add_periodic(unit: UnitOfWork, result: PeriodicResult) -> None:
    """Keep a period's category; the first one recorded stays."""
    await unit.session.execute(insert(PeriodicResult).values(**result.model_dump()).on_conflict_do_nothing())


async def periodic_results(unit: UnitOfWork, case_id: str) -> list[PeriodicResult]:
    """The periods of a case that were rated, in order."""
    statement = select(PeriodicResult).where(PeriodicResult.case_id == case_id).order_by(col(PeriodicResult.number))
    return list((await unit.session.execute(statement)).scalars())


async def person_and_cycle(unit: UnitOfWork, case_id: str) -> tuple[Person, dict[str, Any]]:
    """Whose case it is, and the definition of its cycle."""
    statement = (
        select(Person, Cycle.definition)
        .join(Case, col(Case.person_id) == Person.person_id)
        .join(Cycle, col(Cycle.cycle_id) == Case.cycle_id)
        .where(Case.case_id == case_id)
    )
    row = (await unit.session.execute(statement)).one()
    return row[0], row[1]
