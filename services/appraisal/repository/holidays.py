"""Queries about HR's lists of holidays."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, delete, select

from kit.unit import UnitOfWork
from services.appraisal.models import HolidayYear


async def year(unit: UnitOfWork, number: int, *, lock: bool = False) -> HolidayYear | None:
    statement = select(HolidayYear).where(HolidayYear.year == number)
    return (await unit.session.execute(statement.with_for_update() if lock else statement)).scalar_one_or_none()


async def years(unit: UnitOfWork, numbers: Iterable[int]) -> dict[int, HolidayYear]:
    """HR's lists among these years."""
    found = await unit.session.execute(select(HolidayYear).where(col(HolidayYear.year).in_(list(numbers))))
    return {row.year: row for row in found.scalars()}


async def add(unit: UnitOfWork, row: HolidayYear) -> bool:
    """Add a year's list; False where there is one."""
    added = await unit.session.execute(
        insert(HolidayYear).values(**row.model_dump()).on_conflict_do_nothing().returning(col(HolidayYear.year))
    )
    return added.scalar_one_or_none() is not None


async def remove(unit: UnitOfWork, number: int) -> None:
    await unit.session.execute(delete(HolidayYear).where(col(HolidayYear.year) == number))
