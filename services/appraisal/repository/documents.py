"""Queries about what stands on documents and lists of results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlmodel import and_, col, select

from kit.auth import Principal
from kit.db import select_many
from kit.unit import UnitOfWork
from services.appraisal.models import Case, Cycle, OrganisationUnit, Person, ResultVersion
from services.appraisal.repository.cases import readable_condition


async def officials(unit: UnitOfWork, person_ids: Sequence[str]) -> dict[str, tuple[Person, str]]:
    """People with their units' names, by id."""
    statement = (
        select(Person, OrganisationUnit.name)
        .join(OrganisationUnit, col(OrganisationUnit.unit_id) == Person.unit_id)
        .where(col(Person.person_id).in_(person_ids))
    )
    return {person.person_id: (person, unit_name) for person, unit_name in (await unit.session.execute(statement)).all()}


async def unit_of(unit: UnitOfWork, unit_id: str) -> OrganisationUnit | None:
    return await unit.session.get(OrganisationUnit, unit_id)


async def unit_results(unit: UnitOfWork, caller: Principal, cycle_id: str, unit_id: str, limit: int) -> list[SqlRow[Any]]:
    """The cases of a unit in a cycle that the caller may read, by name: (case, person, unit's name, cycle's year, result or None)."""
    holds = and_(col(ResultVersion.case_id) == Case.case_id, col(ResultVersion.version) == Case.result_version)
    statement = (
        select_many(Case, Person, OrganisationUnit.name, Cycle.year, ResultVersion)
        .join(Person, col(Person.person_id) == Case.person_id)
        .join(OrganisationUnit, col(OrganisationUnit.unit_id) == Case.unit_id)
        .join(Cycle, col(Cycle.cycle_id) == Case.cycle_id)
        .outerjoin(ResultVersion, holds)
        .where(Case.cycle_id == cycle_id, Case.unit_id == unit_id, readable_condition(caller))
        .order_by(Person.name, Case.case_id)
        .limit(limit)
    )
    return list((await unit.session.execute(statement)).all())
