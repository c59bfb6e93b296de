"""Reading the files of an import: CSV (comma or semicolon, UTF-8 with or without BOM) and XLSX."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, load_workbook

from services.appraisal.domain.roster_rows import NEEDED_COLUMNS, Table
from services.appraisal.domain.words import InputError

LARGEST_WORKBOOK = 300_000_000
"""Bytes an XLSX may unpack to."""
EXACT_DIGITS = 15
"""Digits a spreadsheet keeps of a number; a NIP typed as one has lost its end."""


class UnreadableFileError(ValueError):
    """A file cannot be read at all."""

    def __init__(self, path: str, message: str, mend: str) -> None:
        super().__init__(message)
        self.error = InputError(path, message, mend)


def read_csv(name: str, content: bytes, columns: tuple[str, ...], needed: tuple[str, ...] | None = None) -> tuple[Table, list[InputError]]:
    """A CSV file's rows under its header; ``needed`` are the columns that must be there.

    Raises:
        UnreadableFileError: it is not UTF-8 or not CSV.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFileError(name, "this is not UTF-8 text", "save it as CSV UTF-8, or send the workbook (XLSX)") from None
    header = text.partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    try:
        rows = [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)]
    except csv.Error as error:
        raise UnreadableFileError(name, f"this is not CSV: {error}", "save the sheet as CSV again") from None
    return _table(name, rows, columns, needed)


def read_workbook(
    content: bytes, sheets: dict[str, tuple[str, ...]], needed: tuple[str, ...] | None = None
) -> tuple[dict[str, Table], list[InputError]]:
    """The named sheets of an XLSX workbook; a sheet that is not there is left out.

    Raises:
        UnreadableFileError: it is no workbook, unpacks to too much, or has none of the sheets.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > LARGEST_WORKBOOK:
                raise UnreadableFileError("workbook", "this unpacks to too much", "send fewer rows, or CSV files")
        workbook = load_workbook(io.BytesIO(content))
        found = {name.strip().lower(): name for name in workbook.sheet_names}
        tables: dict[str, Table] = {}
        errors: list[InputError] = []
        for sheet, columns in sheets.items():
            if sheet in found:
                rows = workbook.get_sheet_by_name(found[sheet]).to_python(skip_empty_area=False)
                table, wrong = _table(f"sheet {sheet}", [[_cell(value) for value in row] for row in rows], columns, needed)
                tables[sheet] = table
                errors += wrong
    except (zipfile.BadZipFile, CalamineError, OSError, ValueError) as error:
        if isinstance(error, UnreadableFileError):
            raise
        raise UnreadableFileError("workbook", "this is no XLSX workbook", "save it as XLSX, or send CSV files") from None
    if not tables:
        raise UnreadableFileError(
            "workbook",
            f"there is no sheet {' or '.join(sheets)}",
            f"name {'a sheet' if len(sheets) == 1 else 'the sheets'} {' and '.join(sheets)}",
        )
    return tables, errors


def _cell(value: Any) -> str:
    """A spreadsheet's cell as text; a number is written without a decimal point where it has none."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        digits = str(int(value))
        return digits if len(digits) <= EXACT_DIGITS else f"{value:e}"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _table(name: str, rows: list[list[str]], columns: tuple[str, ...], needed: tuple[str, ...] | None) -> tuple[Table, list[InputError]]:
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    while header and not header[-1]:
        header.pop()
    errors = [
        InputError(f"{name} row 1, {column}", "this column is missing", f"add it; the columns are {', '.join(columns)}")
        for column in (needed or NEEDED_COLUMNS[columns])
        if column not in header
    ]
    for place, column in enumerate(header):
        if column not in columns:
            mend = f"remove or rename it; the columns are {', '.join(columns)}"
            errors.append(InputError(f"{name} row 1, {column or place + 1}", "this column is not known", mend))
        elif column in header[:place]:
            errors.append(InputError(f"{name} row 1, {column}", "this column is there twice", "remove one of them"))
    if errors:
        return Table(name, []), errors
    read = []
    for number, row in enumerate(rows[1:], start=2):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if any(cells[len(header) :]):
            text = f"this row has {len(cells)} cells, the header {len(header)}"
            errors.append(InputError(f"{name} row {number}, {header[-1]}", text, "put cells that hold the separator in quotation marks"))
            continue
        read.append((number, dict(zip(header, cells, strict=False))))
    return Table(name, read), errors
