"""Queries about a unit's calibration: its cases, proposals and locks."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import col, select

from kit.unit import UnitOfWork
from services.supervision.models import CalibrationLock, CalibrationMove, Case, Person

_EMPLOYEE: Any = aliased(Person)


async def open_move(unit: UnitOfWork, case_id: str) -> CalibrationMove | None:
    """The proposal about a case that waits for the superior."""
    statement = select(CalibrationMove).where(CalibrationMove.case_id == case_id, CalibrationMove.status == "open")
    return (await unit.session.exec(statement)).one_or_none()


async def moves_of_case(unit: UnitOfWork, case_id: str) -> list[CalibrationMove]:
    statement = select(CalibrationMove).where(CalibrationMove.case_id == case_id)
    return list((await unit.session.exec(statement.order_by(col(CalibrationMove.proposed_at)))).all())


async def moves_of_unit(unit: UnitOfWork, cycle_id: str, unit_id: str, without: str) -> list[tuple[CalibrationMove, str]]:
    """A unit's proposals with the employee's name, newest last; ``without`` leaves out those about this person."""
    statement = (
        select(CalibrationMove, _EMPLOYEE.name)
        .join(Case, col(Case.case_id) == CalibrationMove.case_id)
        .join(_EMPLOYEE, _EMPLOYEE.person_id == Case.employee_id)
        .where(CalibrationMove.cycle_id == cycle_id, CalibrationMove.unit_id == unit_id, Case.employee_id != without)
        .order_by(col(CalibrationMove.proposed_at), col(CalibrationMove.move_id))
    )
    return [(row[0], row[1]) for row in (await unit.session.execute(statement)).all()]


async def cases_of_unit(unit: UnitOfWork, cycle_id: str, unit_id: str, without: str) -> list[tuple[Case, str]]:
    """A unit's cases that were scored, with the employee's name; ``without`` leaves out this person's."""
    statement = (
        select(Case, _EMPLOYEE.name)
        .join(_EMPLOYEE, _EMPLOYEE.person_id == Case.employee_id)
        .where(Case.cycle_id == cycle_id, Case.unit_id == unit_id, col(Case.category).is_not(None), Case.employee_id != without)
        .order_by(_EMPLOYEE.name, col(Case.case_id))
    )
    return [(row[0], row[1]) for row in (await unit.session.execute(statement)).all()]


async def locks(unit: UnitOfWork, cycle_id: str, unit_id: str) -> list[CalibrationLock]:
    statement = select(CalibrationLock).where(CalibrationLock.cycle_id == cycle_id, CalibrationLock.unit_id == unit_id)
    return list((await unit.session.exec(statement.order_by(col(CalibrationLock.locked_at)))).all())
