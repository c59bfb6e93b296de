"""Queries about who stands in for whom, whose duty changed by the calendar, and the parts of a year."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, text
from sqlmodel import col, select

from kit.unit import UnitOfWork
from services.supervision.models import AssessmentPart, Person, StandIn, Task
from services.supervision.repository.people import SERVES_TODAY

OFF_DUTY = text(f"SELECT person_id FROM person WHERE on_duty <> {SERVES_TODAY} ORDER BY person_id LIMIT 1 FOR UPDATE SKIP LOCKED")


async def stand_in(unit: UnitOfWork, stand_in_id: str) -> StandIn | None:
    return (await unit.session.exec(select(StandIn).where(StandIn.stand_in_id == stand_in_id).with_for_update())).one_or_none()


async def overlapping(unit: UnitOfWork, for_person_id: str, starts_on: date, ends_on: date) -> list[StandIn]:
    """Who stands in for a person on one of these days. Two who record at once wait for each other."""
    await unit.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 12))"), {"name": for_person_id})
    statement = select(StandIn).where(
        StandIn.for_person_id == for_person_id,
        col(StandIn.finished_at).is_(None),
        StandIn.starts_on <= ends_on,
        StandIn.ends_on >= starts_on,
    )
    return list((await unit.session.exec(statement)).all())


async def listed(unit: UnitOfWork, person_id: str | None) -> list[StandIn]:
    """The newest stand-ins: of and for a person, or of everybody."""
    statement = select(StandIn)
    if person_id is not None:
        statement = statement.where(or_(col(StandIn.for_person_id) == person_id, col(StandIn.person_id) == person_id))
    return list((await unit.session.exec(statement.order_by(col(StandIn.starts_on).desc(), col(StandIn.stand_in_id)).limit(200))).all())


async def due_stand_in(unit: UnitOfWork, today: date) -> StandIn | None:
    """One whose first day has come or whose last has passed; processes side by side take different ones."""
    begins = (col(StandIn.begun_at).is_(None)) & (StandIn.starts_on <= today)
    statement = select(StandIn).where(col(StandIn.finished_at).is_(None), or_(begins, col(StandIn.ends_on) < today))
    statement = statement.order_by(col(StandIn.starts_on), col(StandIn.stand_in_id)).limit(1).with_for_update(skip_locked=True)
    return (await unit.session.exec(statement)).one_or_none()


async def whose_duty_changed(unit: UnitOfWork, today: date) -> Person | None:
    """One person who can act since, or cannot any more, by the calendar alone: a leave begins or ends, a service ends."""
    person_id = (await unit.session.execute(OFF_DUTY, {"today": today})).scalar_one_or_none()
    return await unit.session.get(Person, person_id) if person_id else None


async def cases_held_for(unit: UnitOfWork, official_id: str) -> list[str]:
    """The cases in which somebody holds an open task on behalf of an official."""
    statement = select(Task.case_id).where(Task.on_behalf_of == official_id, Task.status == "open").distinct()
    return sorted((await unit.session.exec(statement)).all())


async def has_rated(unit: UnitOfWork, case_id: str, number: int, assessor_id: str) -> bool:
    """Whether an assessor has rated their part."""
    statement = select(AssessmentPart).where(
        AssessmentPart.case_id == case_id, AssessmentPart.number == number, AssessmentPart.assessor_id == assessor_id
    )
    part = (await unit.session.exec(statement)).one_or_none()
    return part is not None and part.rated_at is not None


async def parts(unit: UnitOfWork, case_id: str) -> list[AssessmentPart]:
    """The parts of a case's year, in their order."""
    statement = select(AssessmentPart).where(AssessmentPart.case_id == case_id).order_by(col(AssessmentPart.number))
    return list((await unit.session.exec(statement)).all())
