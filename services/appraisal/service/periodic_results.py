"""The categories of a year's periods, converted into the credit points of their months (PerBKN 3/2023)."""

from __future__ import annotations

from typing import Any

from contracts.cycle import CycleDefinition
from kit.unit import UnitOfWork
from services.appraisal.domain.credit_points import Months, months_of_period
from services.appraisal.domain.parts import MONTHS_A_YEAR, months_of_year
from services.appraisal.domain.words import Category
from services.appraisal.models import Person
from services.appraisal.repository import parts as rows
from services.appraisal.result_schemas import PeriodicView
from services.appraisal.service.result_versions import credit_points

PERIODS_A_YEAR = {"monthly": 12, "quarterly": 4}
"""Periods by the rhythm of check-ins; without one the required check-ins divide the year."""


async def views(unit: UnitOfWork, case_id: str) -> list[PeriodicView]:
    """The periods that were rated, in order; points where the period is one of the year's and the position has any."""
    found = await rows.periodic_results(unit, case_id)
    if not found:
        return []
    person, definition = await rows.person_and_cycle(unit, case_id)
    cycle = CycleDefinition.model_validate(definition)
    converted = {row.number: _points(person, cycle, row.number, Category(row.category)) for row in found}
    return [PeriodicView.model_validate({**row.model_dump(), "credit_points": converted[row.number]}) for row in found]


def _points(person: Person, cycle: CycleDefinition, number: int, category: Category) -> dict[str, Any] | None:
    periods = PERIODS_A_YEAR.get(cycle.policies.check_in_rhythm, cycle.policies.required_check_ins)
    of_period = months_of_period(number, periods)
    served = months_of_year(cycle.year, person.starts_on, person.ends_on) or (1, MONTHS_A_YEAR)
    months = Months(cycle.year, *of_period).within(Months(cycle.year, *served)) if of_period else None
    return credit_points(person, months, category) if months else None
