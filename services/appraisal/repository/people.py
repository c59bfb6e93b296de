"""Queries about people and units, one by one and a whole roster at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Row as SqlRow
from sqlalchemy import or_, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col, select, text

from kit.unit import UnitOfWork
from services.appraisal.models import OrganisationUnit, Person

ROWS_AT_ONCE = 5000
PUT_UNITS = text(
    """
    INSERT INTO unit (unit_id, name, parent_id, kind, head_id, active)
    SELECT unit_id, name, parent_id, kind, head_id, true FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS given(unit_id text, name text, parent_id text, kind text, head_id text)
    ON CONFLICT (unit_id) DO UPDATE SET name = excluded.name, parent_id = excluded.parent_id, kind = excluded.kind,
        head_id = excluded.head_id, active = true
    """
)
PUT_PEOPLE = text(
    """
    INSERT INTO person (person_id, nip, name, email, unit_id, position, position_kind, position_level, rank, supervisor_id,
        employment, roles, language, starts_on, ends_on, active, status, version)
    SELECT person_id, nip, name, email, unit_id, position, position_kind, position_level, rank, supervisor_id,
        employment, roles, language, starts_on, ends_on, active, status, 1
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given(person_id text, nip text, name text, email text, unit_id text,
        position text, position_kind text, position_level text, rank text, supervisor_id text, employment text, roles text[],
        language text, starts_on date, ends_on date, active boolean, status text)
    ON CONFLICT (person_id) DO UPDATE SET name = excluded.name, email = excluded.email, unit_id = excluded.unit_id,
        position = excluded.position, position_kind = excluded.position_kind, position_level = excluded.position_level,
        rank = excluded.rank, supervisor_id = excluded.supervisor_id, employment = excluded.employment, roles = excluded.roles,
        language = excluded.language, starts_on = excluded.starts_on, ends_on = excluded.ends_on, active = excluded.active,
        status = excluded.status, version = person.version + 1
    """
)
SUPERIORS = text(
    """
    WITH RECURSIVE up AS (
        SELECT CAST(:first AS text) AS person_id
        UNION ALL
        SELECT person.supervisor_id FROM up JOIN person ON person.person_id = up.person_id WHERE person.supervisor_id IS NOT NULL
    ) CYCLE person_id SET repeated USING path
    SELECT person_id FROM up WHERE NOT repeated
    """
)
DEMO_PEOPLE = text(
    """
    SELECT person.person_id, person.name, person.position, unit.name AS unit_name, person.roles,
        (SELECT count(*) FROM person AS below WHERE below.supervisor_id = person.person_id) AS supervises
    FROM person JOIN unit ON unit.unit_id = person.unit_id
    WHERE person.active
    ORDER BY (person.roles <> ARRAY['employee']) DESC, supervises DESC, person.name LIMIT :limit
    """
)


async def hold_roster(unit: UnitOfWork) -> None:
    """Two who change reporting lines wait for each other; each then sees what the other did."""
    await unit.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('roster', 3))"))


async def all_units(unit: UnitOfWork) -> list[dict[str, Any]]:
    """Every unit's columns, by name."""
    rows = await unit.session.execute(text("SELECT unit_id, name, parent_id, kind, head_id, active FROM unit ORDER BY name, unit_id"))
    return [dict(row._mapping) for row in rows]


async def units_page(unit: UnitOfWork, query: str, after: Sequence[str] | None, limit: int) -> list[OrganisationUnit]:
    """A page of the units in use whose name or code holds the query, by name."""
    statement = select(OrganisationUnit).where(
        OrganisationUnit.active,
        or_(col(OrganisationUnit.name).icontains(query, autoescape=True), col(OrganisationUnit.unit_id).icontains(query, autoescape=True)),
    )
    if after:
        statement = statement.where(tuple_(OrganisationUnit.name, OrganisationUnit.unit_id) > (after[0], after[1]))
    statement = statement.order_by(OrganisationUnit.name, OrganisationUnit.unit_id).limit(limit)
    return list((await unit.session.execute(statement)).scalars())


async def all_people(unit: UnitOfWork) -> list[dict[str, Any]]:
    """Every person's columns."""
    rows = await unit.session.execute(
        text(
            "SELECT person_id, nip, name, email, unit_id, position, position_kind, position_level, rank, supervisor_id,"
            " employment, roles, language, starts_on, ends_on, active, status, away_from, away_until FROM person"
        )
    )
    return [dict(row._mapping) for row in rows]


async def put_units(unit: UnitOfWork, rows: Sequence[dict[str, Any]]) -> None:
    """Add or change many units."""
    for start in range(0, len(rows), ROWS_AT_ONCE):
        await unit.session.execute(PUT_UNITS, {"rows": orjson.dumps(rows[start : start + ROWS_AT_ONCE]).decode()})


async def put_people(unit: UnitOfWork, rows: Sequence[dict[str, Any]]) -> None:
    """Add or change many people."""
    for start in range(0, len(rows), ROWS_AT_ONCE):
        await unit.session.execute(PUT_PEOPLE, {"rows": orjson.dumps(rows[start : start + ROWS_AT_ONCE]).decode()})


async def person(unit: UnitOfWork, person_id: str, *, lock: bool = False) -> Person | None:
    statement = select(Person).where(Person.person_id == person_id)
    return (await unit.session.execute(statement.with_for_update() if lock else statement)).scalar_one_or_none()


async def person_row(unit: UnitOfWork, person_id: str) -> SqlRow[Any] | None:
    """(person, unit's name, supervisor's name)."""
    return (await unit.session.execute(_with_names().where(Person.person_id == person_id))).one_or_none()


async def people_page(
    unit: UnitOfWork, *, unit_id: str | None, query: str, by_email: bool, after: Sequence[str] | None, limit: int
) -> list[SqlRow[Any]]:
    """A page of people by name: (person, unit's name, supervisor's name)."""
    statement = _with_names()
    if unit_id:
        statement = statement.where(Person.unit_id == unit_id)
    if query:
        found = [col(Person.name).icontains(query, autoescape=True), col(Person.position).icontains(query, autoescape=True)]
        if by_email:
            found += [col(Person.email).icontains(query, autoescape=True), col(Person.nip) == query]
        statement = statement.where(or_(*found))
    if after:
        statement = statement.where(tuple_(Person.name, Person.person_id) > (after[0], after[1]))
    rows = await unit.session.execute(statement.order_by(Person.name, Person.person_id).limit(limit))
    return list(rows.all())


def _with_names() -> Any:
    supervisor = aliased(Person)
    return (
        select(Person, OrganisationUnit.name, supervisor.name)
        .join(OrganisationUnit, col(OrganisationUnit.unit_id) == Person.unit_id)
        .outerjoin(supervisor, col(supervisor.person_id) == Person.supervisor_id)
    )


async def superiors_from(unit: UnitOfWork, person_id: str) -> set[str]:
    """A person and everybody above them."""
    return set((await unit.session.execute(SUPERIORS, {"first": person_id})).scalars())


async def demo_people(unit: UnitOfWork, limit: int) -> list[dict[str, Any]]:
    """People to sign in as on a demonstration: those with roles and with people below them first."""
    return [dict(row._mapping) for row in await unit.session.execute(DEMO_PEOPLE, {"limit": limit})]
