"""Queries about people, how they want to hear of things, and what they muted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import orjson
from sqlalchemy import Row as ResultRow
from sqlalchemy import delete, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from kit.i18n import Language
from kit.unit import UnitOfWork
from services.notification.domain.manners import Manners
from services.notification.domain.rules import Channel
from services.notification.models import Mute, Person, Preference
from services.notification.repository.manners import manners_of


@dataclass(frozen=True)
class Reader:
    """A person as somebody who is told things: everything is what holds now.

    ``reachable`` are the channels they gave an address for, ``mutes`` pairs of what and which, ``bounced`` why their e-mail address
    is on the suppression list.
    """

    person_id: str
    name: str
    email: str
    language: Language
    active: bool
    wants_email: bool
    manners: Manners
    reachable: frozenset[Channel]
    mutes: frozenset[tuple[str, str]]
    bounced: str | None


_READERS = """
    SELECT person.person_id, person.name, person.email, person.active,
        coalesce(preference.language, person.language) AS language, coalesce(preference.email, true) AS wants_email,
        preference.choices, preference.quiet_from, preference.quiet_to, preference.digest_at, suppression.reason AS bounced,
        ARRAY(SELECT DISTINCT channel FROM destination WHERE destination.person_id = person.person_id AND gone_at IS NULL) AS reachable,
        ARRAY(SELECT ARRAY[what, value] FROM mute WHERE mute.person_id = person.person_id) AS mutes
    FROM person LEFT JOIN preference USING (person_id) LEFT JOIN suppression ON suppression.address = lower(person.email)
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


def _reader(row: ResultRow[Any]) -> Reader:
    return Reader(
        row.person_id,
        row.name,
        row.email,
        cast(Language, row.language),
        row.active,
        row.wants_email,
        manners_of(row.choices, row.quiet_from, row.quiet_to, row.digest_at),
        frozenset(map(Channel, row.reachable)),
        frozenset((what, value) for what, value in row.mutes),
        row.bounced,
    )


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


async def put_preference(unit: UnitOfWork, person_id: str, now: datetime, values: Mapping[str, Any]) -> None:
    """A person's choice; it replaces an earlier one."""
    whole = {**values, "changed_at": now}
    statement = insert(Preference).values(person_id=person_id, **whole)
    await unit.session.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=whole))


async def known(unit: UnitOfWork, person_id: str) -> Person | None:
    return await unit.session.get(Person, person_id)


async def mutes_of(unit: UnitOfWork, person_id: str) -> Sequence[Mute]:
    """What a person muted, newest first."""
    return (await unit.session.exec(select(Mute).where(Mute.person_id == person_id).order_by(col(Mute.since).desc()))).all()


async def mute(unit: UnitOfWork, person_id: str, what: str, value: str, now: datetime) -> None:
    await unit.session.execute(insert(Mute).values(person_id=person_id, what=what, value=value, since=now).on_conflict_do_nothing())


async def unmute(unit: UnitOfWork, person_id: str, what: str, value: str) -> None:
    await unit.session.execute(delete(Mute).where(col(Mute.person_id) == person_id, col(Mute.what) == what, col(Mute.value) == value))
