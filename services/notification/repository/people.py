"""Queries about people, how they want to hear of things, and whose a case is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import orjson
from sqlalchemy import Row as ResultRow
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from kit.i18n import Language
from kit.unit import UnitOfWork
from services.notification.models import CaseCopy, Person, Preference


@dataclass(frozen=True)
class Reader:
    """A person as somebody who is told things: the language and the wish for e-mails are those in force."""

    person_id: str
    name: str
    email: str
    language: Language
    active: bool
    wants_email: bool


_READERS = """
    SELECT person.person_id, person.name, person.email, person.active,
        coalesce(preference.language, person.language) AS language, coalesce(preference.email, true) AS wants_email
    FROM person LEFT JOIN preference USING (person_id)
"""
BY_ID = text(f"{_READERS} WHERE person.person_id = ANY(:person_ids)")
BY_ROLE = text(f"{_READERS} WHERE person.roles @> ARRAY[CAST(:role AS text)] AND person.active ORDER BY person.person_id")
# A batch may hold a person twice; the newest row, the last, counts.
PUT_PEOPLE = text(
    """
    INSERT INTO person (person_id, name, email, language, roles, active)
    SELECT person_id, name, email, language, roles, active FROM json_to_recordset(CAST(:rows AS json))
        AS given(person_id text, name text, email text, language text, roles text[], active boolean)
    ON CONFLICT (person_id) DO UPDATE SET name = excluded.name, email = excluded.email, language = excluded.language,
        roles = excluded.roles, active = excluded.active
    """
)
PUT_CASES = text(
    """
    INSERT INTO appraisal_case (case_id, cycle_id, employee_id)
    SELECT case_id, cycle_id, employee_id FROM json_to_recordset(CAST(:rows AS json)) AS given(case_id text, cycle_id text, employee_id text)
    ON CONFLICT (case_id) DO NOTHING
    """
)


def _reader(row: ResultRow[Any]) -> Reader:
    return Reader(row.person_id, row.name, row.email, cast(Language, row.language), row.active, row.wants_email)


async def readers(unit: UnitOfWork, person_ids: Collection[str]) -> dict[str, Reader]:
    """The people known by these ids."""
    rows = await unit.session.execute(BY_ID, {"person_ids": sorted(person_ids)})
    return {row.person_id: _reader(row) for row in rows}


async def readers_with_role(unit: UnitOfWork, role: str) -> list[Reader]:
    """The active people with a role."""
    return [_reader(row) for row in await unit.session.execute(BY_ROLE, {"role": role})]


async def put_people(unit: UnitOfWork, rows: Mapping[str, Mapping[str, object]]) -> None:
    """Add or change people, by person id."""
    await unit.session.execute(PUT_PEOPLE, {"rows": orjson.dumps(list(rows.values())).decode()})


async def put_cases(unit: UnitOfWork, rows: Mapping[str, Mapping[str, object]]) -> None:
    """Add cases, by case id; one that is known stays as it is."""
    await unit.session.execute(PUT_CASES, {"rows": orjson.dumps(list(rows.values())).decode()})


async def employees_of_cases(unit: UnitOfWork, case_ids: Sequence[str]) -> dict[str, str]:
    """Whose the cases are; cases not known yet are left out."""
    statement = select(CaseCopy.case_id, CaseCopy.employee_id).where(col(CaseCopy.case_id).in_(case_ids))
    return dict((await unit.session.exec(statement)).all())


async def put_preference(unit: UnitOfWork, person_id: str, language: Language, email: bool, now: datetime) -> None:
    """A person's choice; it replaces an earlier one."""
    values = {"language": language, "email": email, "changed_at": now}
    statement = insert(Preference).values(person_id=person_id, **values)
    await unit.session.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=values))


async def known(unit: UnitOfWork, person_id: str) -> Person | None:
    return await unit.session.get(Person, person_id)
