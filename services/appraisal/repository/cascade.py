"""Queries about objectives up and down the line."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy import Row as SqlRow
from sqlmodel import col, select

from kit.auth import Principal
from kit.unit import UnitOfWork
from services.appraisal.domain.cascade import PlannedObjective
from services.appraisal.models import Case, Cycle, Person, Plan
from services.appraisal.repository.cases import readable_condition

OFFERED = ("submitted", "approved")
"""A superior's draft is the superior's own; what is handed in can be supported."""


def planned(case_id: str, person_id: str, name: str, objectives: list[dict[str, Any]]) -> list[PlannedObjective]:
    """Stored objectives as the cascade sees them."""
    return [
        PlannedObjective(
            case_id=case_id,
            person_id=person_id,
            person_name=name,
            objective_id=objective["objective_id"],
            title=objective["title"],
            weight=objective["weight"],
            supports_id=objective.get("supports_id"),
            supports=objective["supports"],
        )
        for objective in objectives
    ]


async def superior_objectives(unit: UnitOfWork, case: Case) -> list[tuple[PlannedObjective, int]]:
    """The objectives of those above an employee in the same year, nearest first, each with its level (1: direct supervisor).

    A superior may be appraised in another cycle of the year; of one who is in both, the plan of the employee's cycle counts. Titles of a superior's plan that is handed in are for those below to see: without them nobody could support them.
    """
    statement = (
        select(Case.case_id, Case.person_id, Person.name, Plan.objectives)
        .join(Person, col(Person.person_id) == Case.person_id)
        .join(Plan, col(Plan.case_id) == Case.case_id)
        .where(_in_year_of(case), col(Case.person_id).in_(case.line), col(Plan.status).in_(OFFERED))
        .order_by((col(Case.cycle_id) == case.cycle_id).desc(), col(Case.case_id))
    )
    found: dict[str, Any] = {}
    for row in (await unit.session.execute(statement)).all():
        found.setdefault(row[1], row)
    rows = sorted(found.values(), key=lambda row: case.line.index(row[1]))
    return [(objective, case.line.index(row[1]) + 1) for row in rows for objective in planned(row[0], row[1], row[2], row[3])]


def _in_year_of(case: Case) -> ColumnElement[bool]:
    """The cases of every cycle of a case's year: a unit's own cycle and the city's are one cascade."""
    year = select(Cycle.year).where(Cycle.cycle_id == case.cycle_id).scalar_subquery()
    return col(Case.cycle_id).in_(select(Cycle.cycle_id).where(col(Cycle.year) == year))


async def names(unit: UnitOfWork, person_ids: list[str]) -> dict[str, str]:
    """Names by id."""
    rows = await unit.session.execute(select(Person.person_id, Person.name).where(col(Person.person_id).in_(person_ids)))
    return {row[0]: row[1] for row in rows}


async def position_kind(unit: UnitOfWork, person_id: str) -> str | None:
    found = await unit.session.execute(select(Person.position_kind).where(Person.person_id == person_id))
    return found.scalar_one_or_none()


async def readable_below(unit: UnitOfWork, caller: Principal, case: Case, limit: int) -> list[SqlRow[Any]]:
    """(case id, person id, name, objectives or None) of everybody below the case's employee in its year whom the caller may read."""
    statement = (
        select(Case.case_id, Case.person_id, Person.name, Plan.objectives)
        .join(Person, col(Person.person_id) == Case.person_id)
        .outerjoin(Plan, col(Plan.case_id) == Case.case_id)
        .where(_in_year_of(case), col(Case.line).contains([case.person_id]), readable_condition(caller))
        .order_by(Person.name, Case.case_id)
        .limit(limit)
    )
    return list((await unit.session.execute(statement)).all())
