"""Who would take part in a cycle, and who would not: the rule of enrolment asked before the cycle is there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import text

from kit.unit import UnitOfWork
from services.appraisal.repository.cycles import in_another_cycle, units_of

STANDINGS = f"""
    WITH RECURSIVE {units_of("units")}, {units_of("but")}, above AS (
        SELECT unit_id, head_id, parent_id, 1 AS place FROM unit
        UNION ALL
        SELECT above.unit_id, unit.head_id, unit.parent_id, above.place + 1
        FROM above JOIN unit ON unit.unit_id = above.parent_id WHERE above.place < 30
    ), stands AS (
        SELECT person.person_id, person.name, person.position, person.unit_id, unit.name AS unit_name, CASE
            WHEN cardinality(CAST(:units AS text[])) > 0 AND person.unit_id NOT IN (SELECT unit_id FROM units_part) THEN 'other_unit'
            WHEN person.unit_id IN (SELECT unit_id FROM but_part) THEN 'excepted_unit'
            WHEN NOT person.active OR person.ends_on < :day THEN 'ended'
            WHEN person.starts_on > :day THEN 'not_yet'
            WHEN NOT :may_overlap AND {in_another_cycle("person.person_id")} THEN 'other_cycle'
            ELSE 'enrolled' END AS standing,
            person.away_from <= :day AND (person.away_until IS NULL OR person.away_until >= :day) AS away,
            person.supervisor_id IS NULL AS unsupervised,
            person.supervisor_id IS NULL AND NOT EXISTS (
                SELECT 1 FROM above WHERE above.unit_id = person.unit_id AND above.head_id <> person.person_id) AS headless,
            EXISTS (SELECT 1 FROM person AS boss WHERE boss.person_id = person.supervisor_id
                AND (NOT boss.active OR boss.ends_on < :day)) AS supervisor_left
        FROM person JOIN unit ON unit.unit_id = person.unit_id
    ), sorted AS (
        SELECT person_id, name, position, unit_id, unit_name, standing, CASE
            WHEN standing <> 'enrolled' THEN standing
            WHEN headless THEN 'no_supervisor'
            WHEN supervisor_left THEN 'supervisor_left'
            WHEN unsupervised THEN 'head_supervises'
            WHEN away THEN 'on_leave'
            ELSE 'enrolled' END AS part
        FROM stands
    )
"""
COUNTS = text(STANDINGS + "SELECT part, count(*) AS people FROM sorted GROUP BY part")
BY_UNIT = text(
    STANDINGS + "SELECT unit_id, unit_name, count(*) AS people FROM sorted WHERE standing = 'enrolled' GROUP BY unit_id, unit_name"
    " ORDER BY unit_name, unit_id"
)
PEOPLE = text(
    STANDINGS + "SELECT person_id, name, position, unit_name, part FROM sorted WHERE part = :part"
    " AND (name, person_id) > (:after_name, :after_id) ORDER BY name, person_id LIMIT :limit"
)


async def counts(unit: UnitOfWork, values: dict[str, Any]) -> dict[str, int]:
    """How many people stand in each part."""
    return {row.part: row.people for row in await unit.session.execute(COUNTS, values)}


async def by_unit(unit: UnitOfWork, values: dict[str, Any]) -> list[dict[str, Any]]:
    """Who would be enrolled, counted by unit."""
    return [dict(row._mapping) for row in await unit.session.execute(BY_UNIT, values)]


async def people(unit: UnitOfWork, values: dict[str, Any], part: str, after: Sequence[str] | None, limit: int) -> list[dict[str, Any]]:
    """A page of the people of one part, by name."""
    place = {"after_name": after[0] if after else "", "after_id": after[1] if after else ""}
    rows = await unit.session.execute(PEOPLE, {**values, **place, "part": part, "limit": limit})
    return [dict(row._mapping) for row in rows]


def asked(
    *, cycle_id: str, year: int, unit_ids: Sequence[str], except_unit_ids: Sequence[str], may_overlap: bool, day: date
) -> dict[str, Any]:
    """The values of these queries: a cycle that may not be there yet, on the day it opens."""
    return {
        "cycle_id": cycle_id,
        "year": year,
        "units": list(unit_ids),
        "but": list(except_unit_ids),
        "may_overlap": may_overlap,
        "day": day,
    }
