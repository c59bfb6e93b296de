"""Queries about people, units and cycles."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from kit.auth import Principal
from kit.unit import UnitOfWork
from services.supervision.domain.assignment import Official
from services.supervision.domain.evaluator_choice import Evaluator
from services.supervision.models import Cycle, Person, UnitOfCity

SERVES = """({person}.active AND ({person}.ends_on IS NULL OR {person}.ends_on >= :today)
    AND NOT coalesce({person}.away_from <= :today AND {person}.away_until >= :today, false))"""
"""Whether somebody can act today: in service, and not on a long leave."""
STAND_IN = f"""(
    SELECT stand_in.person_id FROM stand_in JOIN person AS deputy ON deputy.person_id = stand_in.person_id
    WHERE stand_in.for_person_id = person.person_id AND stand_in.finished_at IS NULL
        AND stand_in.starts_on <= :today AND stand_in.ends_on >= :today AND {SERVES.format(person="deputy")}
        AND (stand_in.kind = 'delegation' OR NOT {SERVES.format(person="person")})
    ORDER BY stand_in.starts_on DESC, stand_in.stand_in_id LIMIT 1
)"""
"""Who acts for a person today: their delegate, or the acting official of a post whose holder cannot act."""
SERVES_TODAY = SERVES.format(person="person")
LINE = text(
    """
    WITH RECURSIVE up AS (
        SELECT CAST(:first AS text) AS person_id, 1 AS place
        UNION ALL
        SELECT person.supervisor_id, up.place + 1 FROM up JOIN person ON person.person_id = up.person_id
        WHERE person.supervisor_id IS NOT NULL AND up.place < 30
    ) CYCLE person_id SET repeated USING path
    SELECT person_id FROM up WHERE NOT repeated ORDER BY place
    """
)
IN_SERVICE = text(
    f"""
    SELECT person_id, {SERVES_TODAY} AS serves, {STAND_IN} AS stand_in FROM person WHERE person_id = ANY(CAST(:person_ids AS text[]))
    """
).execution_options(autoflush=False)
ACTED_FOR = text(
    f"""
    SELECT person_id FROM person
    WHERE person_id IN (SELECT for_person_id FROM stand_in WHERE stand_in.person_id = :reader AND finished_at IS NULL)
        AND {STAND_IN} = :reader
    """
)
HEADS = text(
    f"""
    WITH RECURSIVE up AS (
        SELECT unit_id, parent_id, head_id, 1 AS place FROM unit WHERE unit_id = :unit_id
        UNION ALL
        SELECT unit.unit_id, unit.parent_id, unit.head_id, up.place + 1 FROM up JOIN unit ON unit.unit_id = up.parent_id
        WHERE up.place < 30
    )
    SELECT person.person_id, {SERVES_TODAY} AS active, {STAND_IN} AS stand_in
    FROM up JOIN person ON person.person_id = up.head_id ORDER BY up.place
    """
)
EVALUATORS = text(
    f"""
    WITH RECURSIVE member AS (
        SELECT person_id, unit_id, supervisor_id FROM person
        WHERE {SERVES_TODAY} AND CASE
            WHEN EXISTS (SELECT FROM evaluation_member WHERE cycle_id = :cycle_id)
            THEN EXISTS (SELECT FROM evaluation_member AS named WHERE named.cycle_id = :cycle_id AND named.person_id = person.person_id)
            ELSE roles @> ARRAY['evaluator'] END
    ), up AS (
        SELECT person_id AS member_id, supervisor_id FROM member WHERE supervisor_id IS NOT NULL
        UNION
        SELECT up.member_id, person.supervisor_id FROM up JOIN person ON person.person_id = up.supervisor_id
        WHERE person.supervisor_id IS NOT NULL
    )
    SELECT member.person_id, member.unit_id,
        (SELECT count(*) FROM appraisal_case WHERE evaluator_id = member.person_id AND cycle_id = :cycle_id) AS load,
        (SELECT array_agg(up.supervisor_id) FROM up WHERE up.member_id = member.person_id) AS line,
        (SELECT array_agg(near.person_id) FROM evaluation_conflict AS near
            WHERE near.cycle_id = :cycle_id AND near.member_id = member.person_id AND near.person_id IS NOT NULL) AS barred_people,
        (SELECT array_agg(near.unit_id) FROM evaluation_conflict AS near
            WHERE near.cycle_id = :cycle_id AND near.member_id = member.person_id AND near.unit_id IS NOT NULL) AS barred_units
    FROM member
    """
)


async def person(unit: UnitOfWork, person_id: str) -> Person | None:
    return await unit.session.get(Person, person_id)


async def person_for_update(unit: UnitOfWork, person_id: str) -> Person | None:
    """A person, held; cases of theirs may be opened meanwhile, for the key does not change."""
    statement = select(Person).where(Person.person_id == person_id).with_for_update(key_share=True)
    return (await unit.session.exec(statement)).one_or_none()


async def hold(unit: UnitOfWork, person_ids: Collection[str]) -> list[Person]:
    """Hold those of the people who are known, by id."""
    if not person_ids:
        return []
    statement = select(Person).where(col(Person.person_id).in_(person_ids)).order_by(col(Person.person_id))
    return list((await unit.session.exec(statement.with_for_update(key_share=True))).all())


async def unit_of_city(unit: UnitOfWork, unit_id: str) -> UnitOfCity | None:
    return await unit.session.get(UnitOfCity, unit_id)


async def line_from(unit: UnitOfWork, supervisor_id: str | None) -> list[str]:
    """The reporting line upwards, beginning with ``supervisor_id``; a loop in the roster ends it."""
    if supervisor_id is None:
        return []
    return list((await unit.session.execute(LINE, {"first": supervisor_id})).scalars())


async def officials(unit: UnitOfWork, person_ids: Sequence[str], today: date) -> list[Official]:
    """The people of a line in its order; somebody unknown counts as inactive."""
    if not person_ids:
        return []
    rows = await unit.session.execute(IN_SERVICE, {"person_ids": list(person_ids), "today": today})
    known = {row.person_id: Official(row.person_id, row.serves, row.stand_in) for row in rows}
    return [known.get(person_id, Official(person_id, active=False)) for person_id in person_ids]


async def acted_for(unit: UnitOfWork, caller: Principal) -> frozenset[str]:
    """For whom the caller acts today: themselves, and those they stand in for, by the rule that places tasks."""
    found = await unit.session.execute(ACTED_FOR, {"reader": caller.person_id, "today": unit.now.date()})
    return frozenset({caller.person_id, *found.scalars()})


async def heads(unit: UnitOfWork, unit_id: str, today: date) -> list[Official]:
    """The heads of a unit and of the units above it, nearest first."""
    rows = await unit.session.execute(HEADS, {"unit_id": unit_id, "today": today})
    return [Official(row.person_id, row.active, row.stand_in) for row in rows]


async def hr_officials(unit: UnitOfWork, today: date) -> list[Official]:
    """HR's people, those with the fewest open tasks first."""
    statement = text(
        f"""
        SELECT person_id FROM person
        WHERE roles @> ARRAY['hr'] AND {SERVES_TODAY}
        ORDER BY (SELECT count(*) FROM task WHERE assignee_id = person.person_id AND status = 'open'), person_id
        """
    )
    return [Official(person_id) for person_id in (await unit.session.execute(statement, {"today": today})).scalars()]


async def evaluators(unit: UnitOfWork, cycle_id: str, today: date) -> list[Evaluator]:
    """The cycle's independent evaluation team with their superiors, declared conflicts and the number of cases given to them: the
    members HR named, or whoever has the role where it named nobody."""
    # What earlier events of the same batch gave to evaluators counts too.
    await unit.session.flush()
    rows = await unit.session.execute(EVALUATORS, {"cycle_id": cycle_id, "today": today})
    return [
        Evaluator(
            row.person_id,
            row.unit_id,
            row.load,
            tuple(row.line or ()),
            frozenset(row.barred_people or ()),
            frozenset(row.barred_units or ()),
        )
        for row in rows
    ]


async def put_unit(unit: UnitOfWork, values: dict[str, Any]) -> None:
    """Add or change a unit."""
    statement = insert(UnitOfCity).values(**values)
    await unit.session.execute(statement.on_conflict_do_update(index_elements=["unit_id"], set_=values))


async def unit_names(unit: UnitOfWork, unit_ids: Sequence[str]) -> dict[str, str]:
    """The names of units, by id."""
    found = await unit.session.exec(select(UnitOfCity.unit_id, UnitOfCity.name).where(col(UnitOfCity.unit_id).in_(unit_ids)))
    return dict(found.all())


async def cycle(unit: UnitOfWork, cycle_id: str) -> Cycle | None:
    return await unit.session.get(Cycle, cycle_id)


async def put_cycle(unit: UnitOfWork, cycle_id: str, definition: dict[str, Any]) -> None:
    """Add a cycle; one that is there is fixed and stays as it is."""
    values = {"cycle_id": cycle_id, "definition": definition, "status": "open"}
    await unit.session.execute(insert(Cycle).values(**values).on_conflict_do_nothing(index_elements=["cycle_id"]))
