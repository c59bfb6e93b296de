"""Queries about requests to correct a supervisor, over all cases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from kit.unit import UnitOfWork
from services.supervision.models import Case, Person, SupervisorCorrection

_EMPLOYEE: Any = aliased(Person)
_RECORDED: Any = aliased(Person)
_PROPOSED: Any = aliased(Person)
_ASKED_BY: Any = aliased(Person)


async def page(unit: UnitOfWork, status: str | None, after: tuple[datetime, str] | None, limit: int) -> list[Any]:
    """Requests with the names of the people in them, the oldest first."""
    statement: Any = select(SupervisorCorrection, _EMPLOYEE.name.label("employee_name"), _RECORDED.name.label("recorded_name"))
    statement = statement.add_columns(col(Case.employee_id), _PROPOSED.name.label("proposed_name"), _ASKED_BY.name.label("asked_by_name"))
    statement = statement.join(Case, Case.case_id == SupervisorCorrection.case_id)
    statement = statement.outerjoin(_EMPLOYEE, _EMPLOYEE.person_id == Case.employee_id)
    statement = statement.outerjoin(_RECORDED, _RECORDED.person_id == Case.supervisor_id)
    statement = statement.outerjoin(_PROPOSED, _PROPOSED.person_id == SupervisorCorrection.proposed_supervisor_id)
    statement = statement.outerjoin(_ASKED_BY, _ASKED_BY.person_id == SupervisorCorrection.asked_by)
    if status is not None:
        statement = statement.where(SupervisorCorrection.status == status)
    if after is not None:
        statement = statement.where(tuple_(col(SupervisorCorrection.asked_at), col(SupervisorCorrection.correction_id)) > after)
    statement = statement.order_by(SupervisorCorrection.asked_at, SupervisorCorrection.correction_id).limit(limit)
    return list((await unit.session.execute(statement)).all())
