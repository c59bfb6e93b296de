"""The desk of cases: the funnel by phase and unit, and the list with the most urgent first."""

from __future__ import annotations

import asyncio
import re
from datetime import date, datetime, timedelta
from typing import Any

import structlog

from kit.auth import Principal
from kit.db import Database
from kit.http import make_cursor, read_cursor
from kit.problems import FieldError, InvalidInput
from kit.unit import UnitOfWork
from services.supervision.domain.standing import DUE, Standing, day_of, days_in_phase
from services.supervision.repository import case_desk as rows
from services.supervision.repository import people
from services.supervision.repository.case_desk import Sought, Wanted
from services.supervision.schemas_case_desk import CaseCounts, DeskCase, DeskCasePage, Funnel, PhaseCounts, UnitCounts

log = structlog.get_logger()
FOLD_SECONDS = 15.0
CASE_ID = re.compile(r"^[a-z0-9][a-z0-9-]{1,39}\.p-[0-9a-f]{12}$")
PERSON_ID = re.compile(r"^p-[0-9a-f]{12}$")
SHORTEST_BEGINNING = 3
"""Fewer letters must be a whole word of a name: too many names begin with them."""


def wanted(
    unit: UnitOfWork,
    *,
    cycle_id: str,
    unit_id: str | None,
    phase: str | None,
    standing: Standing,
    days_from: int | None,
    days_to: int | None,
) -> Wanted:
    """The filters, with the days a case is in its phase as days of the calendar.

    Raises:
        InvalidInput: the days are the wrong way round.
    """
    if days_from is not None and days_to is not None and days_from > days_to:
        error = FieldError("query.days_to", "is less than days_from", "give the larger number here")
        raise InvalidInput("The days are the wrong way round.", [error])
    today = day_of(unit.now)
    return Wanted(
        cycle_id=cycle_id,
        unit_id=unit_id,
        phase=phase,
        standing=standing,
        opened_until=_days_before(today, days_from),
        opened_since=_days_before(today, days_to),
    )


def _days_before(today: date, days: int | None) -> date | None:
    return None if days is None else today - timedelta(days=days)


async def funnel(unit: UnitOfWork, caller: Principal, asked: Wanted, units: int) -> Funnel:
    """Counts by phase and by unit; of the units, those with most that is wrong.

    Raises:
        Forbidden: only HR, ops and leadership see all cases.
    """
    caller.need("hr", "ops", "leadership", "service")
    found = await rows.counts(unit, asked, unit.now)
    phases = [PhaseCounts.model_validate(dict(row._mapping)) for row in found if row.phase is not None]
    of_units = sorted((dict(row._mapping) for row in found if row.phase is None), key=_worst_first)
    names = await people.unit_names(unit, [row["unit_id"] for row in of_units[:units]])
    return Funnel(
        cycle_id=asked.cycle_id,
        at=unit.now,
        every=_added_up(phases),
        phases=phases,
        units=[UnitCounts.model_validate({**row, "unit_name": names.get(row["unit_id"], "")}) for row in of_units[:units]],
        units_in_all=len(of_units),
    )


def _worst_first(row: dict[str, Any]) -> tuple[int, int, int, str]:
    return (-row["trouble"], -row["overdue"] - row["attention"] - row["escalated"], -row["total"], row["unit_id"])


def _added_up(phases: list[PhaseCounts]) -> CaseCounts:
    numbers = ("total", "trouble", "attention", "escalated", "overdue", "on_time", "paused", "closed")
    oldest = [phase.oldest_on for phase in phases if phase.oldest_on is not None]
    sums = {name: sum(getattr(phase, name) for phase in phases) for name in numbers}
    return CaseCounts(**sums, oldest_on=min(oldest, default=None))


async def cases(unit: UnitOfWork, caller: Principal, asked: Wanted, *, search: str, cursor: str | None, limit: int) -> DeskCasePage:
    """A page of cases: those in trouble first, then those that need somebody, were escalated, are overdue, and the rest by due date.

    Raises:
        Forbidden: only HR, ops and leadership see all cases.
        InvalidInput: the cursor is not one of this list.
    """
    caller.need("hr", "ops", "leadership", "service")
    after = _position(cursor)
    sought = await _sought(unit, " ".join(search.split()))
    if sought is not None and sought.nobody:
        return DeskCasePage(items=[], total=0, next_cursor=None)
    found = await rows.page(unit, asked, unit.now, sought=sought, after=after, limit=limit + 1)
    total = None
    if sought is None:
        total = sum(int(row.total) for row in await rows.counts(unit, asked, unit.now) if row.phase is not None)
    shown = found[:limit]
    more = make_cursor(shown[-1].urgency, shown[-1].phase_due_at.isoformat(), shown[-1].case_id) if len(found) > limit else None
    return DeskCasePage(items=[_view(row, unit.now) for row in shown], total=total, next_cursor=more)


def _position(cursor: str | None) -> tuple[int, datetime, str] | None:
    values = read_cursor(cursor, 3)
    if values is None:
        return None
    try:
        return int(values[0]), datetime.fromisoformat(values[1]), values[2]
    except ValueError:
        error = FieldError("query.cursor", "not a cursor of this list", "leave it out to start from the first page")
        raise InvalidInput("The cursor cannot be read.", [error]) from None


async def _sought(unit: UnitOfWork, search: str) -> Sought | None:
    """What a search means; None where nothing is searched for."""
    if not search:
        return None
    if CASE_ID.match(search):
        return Sought(case_id=search)
    if PERSON_ID.match(search):
        return Sought(person_ids=(search,))
    units = await rows.units_named(unit, search)
    words = [word for word in re.findall(r"\w+", search) if word]
    if not words:
        return Sought(unit_ids=units)
    query = " & ".join(f"{word}:*" if len(word) >= SHORTEST_BEGINNING else word for word in words)
    named = await rows.people_named(unit, query)
    return Sought(unit_ids=units, words=query) if named is None else Sought(unit_ids=units, person_ids=named)


def _view(row: Any, now: datetime) -> DeskCase:
    return DeskCase(
        case_id=row.case_id,
        cycle_id=row.cycle_id,
        employee_id=row.employee_id,
        employee_name=row.employee_name or "",
        unit_id=row.unit_id,
        unit_name=row.unit_name or "",
        phase=row.phase,
        phase_opened_at=row.phase_opened_at,
        phase_due_at=row.phase_due_at,
        days_in_phase=days_in_phase(row.phase_opened_at, now),
        status=row.status,
        paused=row.paused,
        overdue=row.urgency in DUE and row.phase_due_at < now,
        attention=row.attention,
        troubles=row.troubles,
        escalations=row.escalations,
        supervisor_id=row.supervisor_id,
        supervisor_name=row.supervisor_name,
        waiting_for=row.task_kind,
        assignee_id=row.assignee_id,
        assignee_name=row.assignee_name,
    )


class CountSweeper:
    """Adds up the changes of the counts again and again; many may run, and any may die."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def sweep(self) -> None:
        async with self.database.transaction() as session:
            await rows.fold(session)

    async def run(self) -> None:
        """The background task beside the service."""
        while True:
            try:
                await self.sweep()
            except Exception as error:
                log.warning("case_counts.sweep_failed", error=f"{type(error).__name__}: {error}"[:300])
            await asyncio.sleep(FOLD_SECONDS)
