"""Rows of a file of holidays: each cell checked and named."""

from __future__ import annotations

from services.appraisal.domain.roster_rows import RowReader, Table
from services.appraisal.domain.words import InputError
from services.appraisal.domain.working_calendar import LONGEST_NAME, MOST_A_YEAR, Holiday, HolidayKind

HOLIDAY_COLUMNS = ("day", "name", "kind")
NEEDED = ("day", "name")


def holidays_of(table: Table) -> tuple[list[Holiday], list[InputError]]:
    """The holidays of a table, and everything wrong with its rows; a row without a kind is a national holiday."""
    holidays: list[Holiday] = []
    errors: list[InputError] = []
    for row, cells in table.rows:
        reader = RowReader(table, row, cells)
        name, day = reader.text("name", needed=True), reader.day("day")
        kind = reader.choice("kind", HolidayKind, HolidayKind.NATIONAL) or HolidayKind.NATIONAL
        if not reader.text("day"):
            reader.wrong("day", "this is empty", "fill it in")
        if len(name) > LONGEST_NAME:
            reader.wrong("name", f"this has {len(name)} characters", f"shorten it to {LONGEST_NAME} at most")
        if day is not None and not reader.errors:
            holidays.append(Holiday(day, name, kind))
        errors += reader.errors
    if len(table.rows) > MOST_A_YEAR:
        errors.append(InputError(table.name, f"these are {len(table.rows)} rows", f"a year has at most {MOST_A_YEAR} days off"))
    return holidays, errors
