"""Queries about templates of plans, and the plans begun from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlalchemy import func, literal, or_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from kit.db import select_many
from kit.unit import UnitOfWork
from services.appraisal.models import Case, Cycle, Person, Plan, PlanTemplate

ROWS_AT_ONCE = 500


async def template(unit: UnitOfWork, template_id: str, *, lock: bool = False) -> PlanTemplate | None:
    statement = select(PlanTemplate).where(PlanTemplate.template_id == template_id)
    return (await unit.session.execute(statement.with_for_update() if lock else statement)).scalar_one_or_none()


async def templates(unit: UnitOfWork) -> list[PlanTemplate]:
    """All templates by name."""
    statement = select(PlanTemplate).order_by(PlanTemplate.name, PlanTemplate.template_id)
    return list((await unit.session.execute(statement)).scalars())


async def fitting(unit: UnitOfWork, person_id: str) -> list[PlanTemplate]:
    """The active templates for a person's position, by name."""
    statement = (
        select(PlanTemplate)
        .join(Person, literal(value=True))
        .where(Person.person_id == person_id, col(PlanTemplate.active), _fits())
        .order_by(PlanTemplate.name, PlanTemplate.template_id)
    )
    return list((await unit.session.execute(statement)).scalars())


def _fits() -> Any:
    kind = or_(col(PlanTemplate.position_kind).is_(None), col(PlanTemplate.position_kind) == Person.position_kind)
    return kind & (func.strpos(func.lower(Person.position), func.lower(PlanTemplate.position)) > 0)


async def put_template(unit: UnitOfWork, row: PlanTemplate) -> None:
    """Store a template whole, in one statement."""
    values = row.model_dump()
    await unit.session.execute(insert(PlanTemplate).values(**values).on_conflict_do_update(index_elements=["template_id"], set_=values))


async def cases_for(
    unit: UnitOfWork, template_id: str, cycle_id: str, unit_ids: Sequence[str], person_ids: Sequence[str]
) -> list[SqlRow[Any]]:
    """(case id, person id, name, phase, status, version of the plan or None) of those a template is assigned to: the named people,
    or all in these units (or anywhere) whose position it fits."""
    statement = (
        select_many(Case.case_id, Case.person_id, Person.name, Case.phase, Case.status, Plan.version)
        .join(Person, col(Person.person_id) == Case.person_id)
        .join(PlanTemplate, col(PlanTemplate.template_id) == template_id)
        .outerjoin(Plan, col(Plan.case_id) == Case.case_id)
        .where(Case.cycle_id == cycle_id)
        .order_by(Person.name, Case.case_id)
    )
    statement = statement.where(col(Case.person_id).in_(person_ids)) if person_ids else statement.where(_fits())
    if unit_ids:
        statement = statement.where(col(Case.unit_id).in_(unit_ids))
    return list((await unit.session.execute(statement)).all())


async def add_plans(unit: UnitOfWork, plans: Sequence[Plan]) -> set[str]:
    """Begin plans where none is written; returns the cases that got one."""
    added: set[str] = set()
    for start in range(0, len(plans), ROWS_AT_ONCE):
        rows = [plan.model_dump() for plan in plans[start : start + ROWS_AT_ONCE]]
        statement = insert(Plan).values(rows).on_conflict_do_nothing().returning(col(Plan.case_id))
        added |= set((await unit.session.execute(statement)).scalars())
    return added


async def earlier_plan(unit: UnitOfWork, case: Case) -> tuple[Plan, int, int] | None:
    """A person's plan of the newest earlier year, with that year and the year of this case."""
    this_year = select(Cycle.year).where(Cycle.cycle_id == case.cycle_id).scalar_subquery()
    statement = (
        select(Plan, Cycle.year, this_year)
        .join(Case, col(Case.case_id) == Plan.case_id)
        .join(Cycle, col(Cycle.cycle_id) == Case.cycle_id)
        .where(Case.person_id == case.person_id, Case.case_id != case.case_id, Cycle.year <= this_year)
        .order_by(col(Cycle.year).desc(), col(Plan.saved_at).desc())
        .limit(1)
    )
    row = (await unit.session.execute(statement)).one_or_none()
    return None if row is None else (row[0], row[1], row[2])
