"""What running cases are told of their employee's life."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from contracts.appraisal import EmployeeAway, EmployeeBack, EmployeeLeft, EmployeeMoved
from kit.clock import CITY_ZONE
from services.appraisal.domain.life import ServiceStatus
from services.appraisal.models import Case


def start_of(day: date) -> datetime:
    """The first instant of a day in the city."""
    return datetime.combine(day, time(), CITY_ZONE)


def moved(case: Case, unit_id: str) -> EmployeeMoved:
    return EmployeeMoved(cycle_id=case.cycle_id, case_id=case.case_id, person_id=case.person_id, from_unit_id=case.unit_id, unit_id=unit_id)


def away(case: Case, away_from: date, away_until: date) -> EmployeeAway:
    """The leave as the case's workflow waits for it: until the first instant of the day after its last."""
    return EmployeeAway(
        cycle_id=case.cycle_id,
        case_id=case.case_id,
        person_id=case.person_id,
        starts_at=start_of(away_from),
        ends_at=start_of(away_until + timedelta(days=1)),
    )


def back(case: Case) -> EmployeeBack:
    return EmployeeBack(cycle_id=case.cycle_id, case_id=case.case_id, person_id=case.person_id)


def left(case: Case, status: ServiceStatus, on: date) -> EmployeeLeft:
    """The case ends with the last day of service; with a death at once."""
    leaves_at = start_of(on if status is ServiceStatus.DECEASED else on + timedelta(days=1))
    data = {"cycle_id": case.cycle_id, "case_id": case.case_id, "person_id": case.person_id}
    return EmployeeLeft.model_validate({**data, "outcome": status.value, "leaves_at": leaves_at})
