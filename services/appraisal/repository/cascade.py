"""Queries about objectives up and down the line."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row as SqlRow
from sqlmodel import col, select

from kit.auth import Principal
from kit.unit import UnitOfWork
from services.appraisal.domain.cascade import PlannedObjective
from services.appraisal.models import Case, Person, Plan
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
    """The objectives of those above an employee in the same cycle, nearest first, each with its level (1: direct supervisor).

    Titles of a superior's plan that is handed in are for those below to see: without them nobody could support them.
    """
    statement = (
        select(Case.case_id, Case.person_id, Person.name, Plan.objectives)
        .join(Person, col(Person.person_id) == Case.person_id)
        .join(Plan, col(Plan.case_id) == Case.case_id)
        .where(Case.cycle_id == case.cycle_id, col(Case.person_id).in_(case.line), col(Plan.status).in_(OFFERED))
    )
    rows = sorted((await unit.session.execute(statement)).all(), key=lambda row: case.line.index(row[1]))
    return [(objective, case.line.index(row[1]) + 1) for row in rows for objective in planned(row[0], row[1], row[2], row[3])]


async def names(unit: UnitOfWork, person_ids: list[str]) -> dict[str, str]:
    """Names by id."""
    rows = await unit.session.execute(select(Person.person_id, Person.name).where(col(Person.person_id).in_(person_ids)))
    return {row[0]: row[1] for row in rows}


async def position_kind(unit: UnitOfWork, person_id: str) -> str | None:
    found = await unit.session.execute(select(Person.position_kind).where(Person.person_id == person_id))
    return found.scalar_one_or_none()


async def readable_below(unit: UnitOfWork, caller: Principal, case: Case, limit: int) -> list[SqlRow[Any]]:
    """(case id, person id, name, objectives or None) of everybody below the case's employee in its cycle whom the caller may read."""
    statement = (
        select(Case.case_id, Case.person_id, Person.name, Plan.objectives)
        .join(Person, col(Person.person_id) == Case.person_id)
        .outerjoin(Plan, col(Plan.case_id) == Case.case_id)
        .where(Case.cycle_id == case.cycle_id, col(Case.line).contains([case.person_id]), readable_condition(caller))
        .order_by(Person.name, Case.case_id)
        .limit(limit)
    )
    return list((await unit.session.execute(statement)).all())
