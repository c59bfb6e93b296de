"""How far each unit is, page by page or as one sheet."""

from __future__ import annotations

import csv
import io
from itertools import groupby

from contracts.cycle import Phase
from kit.http import make_cursor, read_cursor
from kit.problems import NotFound
from kit.unit import UnitOfWork
from services.appraisal.documents.sheets import Row, Sheets
from services.appraisal.repository import cycles
from services.appraisal.repository import unit_progress as rows
from services.appraisal.schemas import Page
from services.appraisal.schemas_progress import UnitProgress

MOST_UNITS = 5_000
COLUMNS = ("unit_id", "unit", "cases", "overdue", "paused", *(phase.value for phase in Phase))
SHEET = "progress"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


async def page(unit: UnitOfWork, cycle_id: str, cursor: str | None, limit: int) -> Page[UnitProgress]:
    """
    Raises:
        NotFound: there is no such cycle.
    """
    items = await _read(unit, cycle_id, read_cursor(cursor, 2), limit + 1)
    more = len(items) > limit
    items = items[:limit]
    return Page(items=items, next_cursor=make_cursor(items[-1].unit_name, items[-1].unit_id) if more else None)


async def sheet(unit: UnitOfWork, cycle_id: str) -> Sheets:
    """All units as a sheet.

    Raises:
        NotFound: there is no such cycle.
    """
    found = await _read(unit, cycle_id, None, MOST_UNITS)
    return {SHEET: (COLUMNS, [_row(one) for one in found])}


async def as_csv(unit: UnitOfWork, cycle_id: str) -> bytes:
    """The same as CSV (UTF-8 with a byte order mark, as spreadsheets expect it); text that would start a formula is marked as text.

    Raises:
        NotFound: there is no such cycle.
    """
    columns, found = (await sheet(unit, cycle_id))[SHEET]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows(
        [f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value for value in row] for row in found
    )
    return out.getvalue().encode("utf-8-sig")


async def _read(unit: UnitOfWork, cycle_id: str, after: list[str] | None, limit: int) -> list[UnitProgress]:
    if await cycles.cycle(unit, cycle_id) is None:
        raise NotFound(f"There is no cycle {cycle_id}.")
    found = []
    counted = await rows.counts(unit, cycle_id, unit.now, after, limit)
    for (unit_id, unit_name), of_unit in groupby(counted, key=lambda row: (row["unit_id"], row["unit_name"])):
        phases = list(of_unit)
        found.append(
            UnitProgress(
                unit_id=unit_id,
                unit_name=unit_name,
                cases=sum(row["cases"] for row in phases),
                overdue=sum(row["overdue"] for row in phases),
                paused=sum(row["paused"] for row in phases),
                phases={Phase(row["phase"]): row["cases"] for row in phases},
            )
        )
    return found


def _row(one: UnitProgress) -> Row:
    return [one.unit_id, one.unit_name, one.cases, one.overdue, one.paused, *(one.phases.get(phase, 0) for phase in Phase)]
