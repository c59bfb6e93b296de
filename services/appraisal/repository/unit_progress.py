"""How far the units are in a cycle: their cases counted by phase."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import text

from kit.unit import UnitOfWork

COUNTS = text(
    """
    SELECT unit.unit_id, unit.name AS unit_name, kase.phase, count(*) AS cases,
        count(*) FILTER (WHERE kase.status = 'open' AND kase.phase_due_at < :now) AS overdue,
        count(*) FILTER (WHERE kase.status = 'paused') AS paused
    FROM appraisal_case AS kase JOIN unit ON unit.unit_id = kase.unit_id
    WHERE kase.cycle_id = :cycle_id AND (unit.name, unit.unit_id) IN (
        SELECT named.name, named.unit_id FROM unit AS named
        WHERE (named.name, named.unit_id) > (:after_name, :after_id)
          AND EXISTS (SELECT 1 FROM appraisal_case WHERE cycle_id = :cycle_id AND unit_id = named.unit_id)
        ORDER BY named.name, named.unit_id LIMIT :limit)
    GROUP BY unit.unit_id, unit.name, kase.phase ORDER BY unit.name, unit.unit_id
    """
)


async def counts(unit: UnitOfWork, cycle_id: str, now: datetime, after: list[str] | None, limit: int) -> list[dict[str, Any]]:
    """A row for each phase of each unit of a page, by the unit's name."""
    place = {"after_name": after[0] if after else "", "after_id": after[1] if after else ""}
    rows = await unit.session.execute(COUNTS, {"cycle_id": cycle_id, "now": now, "limit": limit, **place})
    return [dict(row._mapping) for row in rows]
