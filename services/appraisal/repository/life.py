"""Queries about life events: who stands below or works where, whose cases run, and the journal."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, delete, select, update

from kit.unit import UnitOfWork
from services.appraisal.models import Case, LifeEvent, OrganisationUnit, Person, UnitSuccessor

FRESH = {"populate_existing": True}


async def people_below(unit: UnitOfWork, person_id: str) -> list[Person]:
    """Who reports to somebody directly, held until the transaction ends."""
    statement = select(Person).where(Person.supervisor_id == person_id, col(Person.active)).order_by(col(Person.person_id))
    return list((await unit.session.execute(statement.with_for_update(), execution_options=FRESH)).scalars())


async def people_of_units(unit: UnitOfWork, unit_ids: Collection[str]) -> list[Person]:
    """Who works in these units, held until the transaction ends."""
    statement = select(Person).where(col(Person.unit_id).in_(unit_ids), col(Person.active)).order_by(col(Person.person_id))
    return list((await unit.session.execute(statement.with_for_update(), execution_options=FRESH)).scalars())


async def units_headed_by(unit: UnitOfWork, person_id: str) -> list[OrganisationUnit]:
    statement = select(OrganisationUnit).where(OrganisationUnit.head_id == person_id, col(OrganisationUnit.active))
    return list((await unit.session.execute(statement.order_by(col(OrganisationUnit.unit_id)))).scalars())


async def units_below(unit: UnitOfWork, unit_ids: Collection[str]) -> list[OrganisationUnit]:
    """The units directly below these."""
    statement = select(OrganisationUnit).where(col(OrganisationUnit.parent_id).in_(unit_ids), col(OrganisationUnit.active))
    return list((await unit.session.execute(statement.order_by(col(OrganisationUnit.unit_id)))).scalars())


async def unit_row(unit: UnitOfWork, unit_id: str) -> OrganisationUnit | None:
    return await unit.session.get(OrganisationUnit, unit_id)


async def put_successors(unit: UnitOfWork, pairs: Collection[tuple[str, str]], opened: Collection[str]) -> None:
    """Remember which units carry on which: (old, new). A unit that is ``opened`` again stands for itself."""
    if opened:
        await unit.session.execute(delete(UnitSuccessor).where(col(UnitSuccessor.unit_id).in_(opened)))
    values = [{"unit_id": old, "successor_id": new} for old, new in sorted(pairs)]
    if values:
        await unit.session.execute(insert(UnitSuccessor).values(values).on_conflict_do_nothing())


async def running_cases(unit: UnitOfWork, person_ids: Collection[str]) -> list[Case]:
    """The cases of these people that have not ended."""
    statement = select(Case).where(col(Case.person_id).in_(person_ids), Case.status != "closed").order_by(col(Case.case_id))
    return list((await unit.session.execute(statement, execution_options=FRESH)).scalars())


async def move_case(unit: UnitOfWork, case_id: str, unit_id: str) -> None:
    await unit.session.execute(update(Case).where(col(Case.case_id) == case_id).values(unit_id=unit_id))


async def names_of(unit: UnitOfWork, ids: Collection[str]) -> dict[str, str]:
    """Names of people and units, by id."""
    people = await unit.session.execute(select(Person.person_id, Person.name).where(col(Person.person_id).in_(ids)))
    units = await unit.session.execute(
        select(OrganisationUnit.unit_id, OrganisationUnit.name).where(col(OrganisationUnit.unit_id).in_(ids))
    )
    return {row[0]: row[1] for row in [*people.all(), *units.all()]}


async def journal(unit: UnitOfWork, before: int | None, limit: int) -> Sequence[LifeEvent]:
    """What was recorded, newest first."""
    statement = select(LifeEvent)
    if before is not None:
        statement = statement.where(col(LifeEvent.position) < before)
    return list((await unit.session.execute(statement.order_by(col(LifeEvent.position).desc()).limit(limit))).scalars())
