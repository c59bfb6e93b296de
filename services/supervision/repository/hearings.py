"""Queries about what the sides of an objection state."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Text, bindparam, or_
from sqlmodel import col, select

from kit.auth import Principal
from kit.unit import UnitOfWork
from services.supervision.models import Case, ObjectionStatement, Person
from services.supervision.repository.readable import condition, reader, reads_all

_READER: Any = bindparam("reader", type_=Text)


def _readable(*, everything: bool, lock: bool) -> Any:
    asked = select(ObjectionStatement.case_id).where(ObjectionStatement.person_id == _READER)
    statement: Any = select(Case).where(or_(condition(everything=everything), col(Case.case_id).in_(asked)))
    return statement.with_for_update(of=Case) if lock else statement


async def readable_case(unit: UnitOfWork, caller: Principal, case_id: str, *, lock: bool = False) -> Case | None:
    """A case the caller may read, or in whose objection they were asked: the assessor may have moved away since."""
    statement = _readable(everything=reads_all(caller), lock=lock).where(Case.case_id == case_id)
    found: Case | None = (await unit.session.exec(statement, params=reader(caller))).one_or_none()
    return found


async def statements(unit: UnitOfWork, case_id: str) -> list[tuple[ObjectionStatement, str | None]]:
    """Both sides with their names, in the order they were asked."""
    statement = (
        select(ObjectionStatement, Person.name)
        .outerjoin(Person, col(Person.person_id) == ObjectionStatement.person_id)
        .where(ObjectionStatement.case_id == case_id)
        .order_by(col(ObjectionStatement.asked_at), col(ObjectionStatement.party))
    )
    return [(row[0], row[1]) for row in (await unit.session.exec(statement)).all()]
