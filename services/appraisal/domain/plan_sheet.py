"""Rows pasted from a sheet (tabs, semicolons or commas) become objectives with indicators; each bad cell is named with its mend."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.appraisal.domain.words import Aspect, Direction, InputError, ObjectiveKind

COLUMNS = ("objective", "kind", "weight", "indicator", "aspect", "target", "unit", "direction", "target_to", "baseline")
"""The columns in the order they are read when the first row names none."""
COLUMN_WORDS = {
    "objective": ("objective", "hasil kerja", "rencana hasil kerja"),
    "kind": ("kind", "jenis"),
    "weight": ("weight", "bobot", "bobot (%)", "weight (%)"),
    "indicator": ("indicator", "indikator"),
    "aspect": ("aspect", "aspek"),
    "target": ("target",),
    "unit": ("unit", "satuan"),
    "direction": ("direction", "arah"),
    "target_to": ("target_to", "to", "sampai"),
    "baseline": ("baseline", "start", "nilai awal"),
}
WORDS: dict[str, dict[str, str]] = {
    "kind": {"": "main", "main": "main", "utama": "main", "additional": "additional", "tambahan": "additional"},
    "aspect": {"": "quantity", "kuantitas": "quantity", "kualitas": "quality", "waktu": "time", "biaya": "cost"}
    | {aspect.value: aspect.value for aspect in Aspect},
    "direction": {"": "more", "naik": "more", "turun": "less", "rentang": "range", "tanggal": "date"}
    | {direction.value: direction.value for direction in Direction},
}
MENDS = {
    "kind": f"write {' or '.join(kind.value for kind in ObjectiveKind)} (utama, tambahan)",
    "aspect": "write quantity, quality, time or cost (kuantitas, kualitas, waktu, biaya)",
    "direction": "write more, less, range or date (naik, turun, rentang, tanggal)",
}
MOST_ROWS = 1000
LONGEST_NUMBER = 20


@dataclass
class _Sheet:
    objectives: list[dict[str, Any]] = field(default_factory=list)
    errors: list[InputError] = field(default_factory=list)

    def wrong(self, row: int, column: str, message: str, mend: str) -> None:
        self.errors.append(InputError(f"row {row}, {column}", message, mend))


def read_sheet(text: str) -> tuple[list[dict[str, Any]], list[InputError]]:
    """The objectives a pasted sheet holds, and what is wrong with it, each by row (as pasted, from 1) and column.

    A row whose objective is empty adds an indicator to the one above, as merged cells do. Where anything is wrong the
    objectives are still given, without the cells that could not be read.
    """
    sheet = _Sheet()
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))]
    columns, first = _columns(rows)
    if len(rows) > MOST_ROWS:
        sheet.errors.append(InputError("text", f"{len(rows)} rows are too many", f"paste at most {MOST_ROWS} rows at once"))
        return [], sheet.errors
    for number, row in enumerate(rows[first:], start=first + 1):
        if any(row):
            _read_row(sheet, number, {column: row[place] if place < len(row) else "" for column, place in columns.items()})
    if not sheet.objectives and not sheet.errors:
        sheet.errors.append(InputError("text", "there is no row to read", "copy the rows of your sheet and paste them here"))
    return sheet.objectives, sheet.errors


def number(text: str) -> float:
    """A number as people write it: ``1.250,5``, ``12,5`` and ``12.5`` (a comma is the Indonesian decimal sign).

    Raises:
        ValueError: it is no number.
    """
    plain = text.replace(" ", "").removesuffix("%")
    if "," in plain:
        plain = plain.replace(".", "").replace(",", ".")
    if len(plain) > LONGEST_NUMBER or not plain.isascii() or not plain.replace(".", "", 1).removeprefix("-").isdigit():
        raise ValueError(text)
    return float(plain)


def day(text: str) -> date:
    """A day as people write it: ``2026-06-30``, ``30/6/2026`` or ``30-06-2026``.

    Raises:
        ValueError: it is no day.
    """
    parts = text.replace("/", "-").replace(".", "-").split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        raise ValueError(text)
    year, month, of_month = parts if len(parts[0]) == 4 else reversed(parts)
    return date(int(year), int(month), int(of_month))


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return next((sign for sign in ("\t", ";") if sign in first), "\t" if "\t" in text else ",")


def _columns(rows: Sequence[Sequence[str]]) -> tuple[dict[str, int], int]:
    """Where each column stands, and which row is the first with values."""
    known = {word: column for column, words in COLUMN_WORDS.items() for word in words}
    heads = [known.get(cell.lower()) for cell in rows[0]] if rows else []
    if "objective" in heads and "indicator" in heads:
        return {head: place for place, head in enumerate(heads) if head is not None}, 1
    return {column: place for place, column in enumerate(COLUMNS)}, 0


def _read_row(sheet: _Sheet, number_of_row: int, cells: dict[str, str]) -> None:
    cells = {column: cells.get(column, "") for column in COLUMNS}
    if cells["objective"]:
        sheet.objectives.append(
            {
                "kind": _word(sheet, number_of_row, "kind", cells),
                "title": cells["objective"],
                "weight": _number(sheet, number_of_row, "weight", cells),
                "indicators": [],
            }
        )
    elif not sheet.objectives:
        sheet.wrong(number_of_row, "objective", "the first row names no objective", "write what is to be achieved")
        return
    if any(cells[column] for column in ("indicator", "target", "unit")):
        sheet.objectives[-1]["indicators"].append(_indicator(sheet, number_of_row, cells))


def _indicator(sheet: _Sheet, row: int, cells: dict[str, str]) -> dict[str, Any]:
    direction = _word(sheet, row, "direction", cells)
    value = _day if direction == Direction.DATE else _number
    return {
        "description": cells["indicator"],
        "aspect": _word(sheet, row, "aspect", cells),
        "target": value(sheet, row, "target", cells),
        "unit": cells["unit"],
        "direction": direction,
        "target_to": _number(sheet, row, "target_to", cells) if direction == Direction.RANGE else None,
        "baseline": value(sheet, row, "baseline", cells),
    }


def _word(sheet: _Sheet, row: int, column: str, cells: dict[str, str]) -> str:
    found = WORDS[column].get(cells[column].lower())
    if found is None:
        sheet.wrong(row, column, f"{cells[column]!r} is not known here", MENDS[column])
    return found or WORDS[column][""]


def _number(sheet: _Sheet, row: int, column: str, cells: dict[str, str]) -> float | None:
    try:
        return number(cells[column]) if cells[column] else None
    except ValueError:
        sheet.wrong(row, column, f"{cells[column]!r} is no number", "write a number such as 12,5")
        return None


def _day(sheet: _Sheet, row: int, column: str, cells: dict[str, str]) -> float | None:
    try:
        return float(day(cells[column]).toordinal()) if cells[column] else None
    except ValueError:
        sheet.wrong(row, column, f"{cells[column]!r} is no day", "write a day such as 2026-06-30 or 30/6/2026")
        return None
