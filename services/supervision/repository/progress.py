"""Queries about how far units are in a cycle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, or_, select, text

from kit.unit import UnitOfWork
from services.supervision.models import UnitOfCity

PROGRESS = text(
    """
    WITH RECURSIVE part AS (
        SELECT unit_id AS top, unit_id FROM unit WHERE unit_id = :unit_id OR parent_id = :unit_id
        UNION
        SELECT part.top, unit.unit_id FROM unit JOIN part ON unit.parent_id = part.unit_id
    ), standing AS (
        SELECT unit_id, phase, count(*) AS cases, count(*) FILTER (WHERE paused AND status <> 'closed') AS paused,
            count(*) FILTER (WHERE status = 'open' AND NOT paused AND phase_due_at < :now) AS overdue
        FROM appraisal_case WHERE cycle_id = :cycle_id GROUP BY unit_id, phase
    )
    SELECT top, phase, CAST(sum(cases) AS integer) AS cases, CAST(sum(paused) AS integer) AS paused,
        CAST(sum(overdue) AS integer) AS overdue
    FROM part JOIN standing USING (unit_id) GROUP BY top, phase
    """
)


async def by_phase(unit: UnitOfWork, cycle_id: str, unit_id: str) -> Sequence[Any]:
    """Cases of a unit, and of each directly below it, by phase: (top, phase, cases, paused, overdue), each with all below it."""
    return list((await unit.session.execute(PROGRESS, {"cycle_id": cycle_id, "unit_id": unit_id, "now": unit.now})).all())


async def with_units_below(unit: UnitOfWork, unit_id: str) -> list[UnitOfCity]:
    """A unit and those directly below it, by name."""
    statement = select(UnitOfCity).where(or_(col(UnitOfCity.unit_id) == unit_id, col(UnitOfCity.parent_id) == unit_id))
    return list((await unit.session.exec(statement.order_by(UnitOfCity.name, UnitOfCity.unit_id))).all())
