"""A unit's results as a workbook. Whatever people typed is text in it and never a formula."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

Row = Sequence[str | int]
Sheets = Mapping[str, tuple[Sequence[str], Sequence[Row]]]
"""Columns and rows by the sheet's name."""
WIDTHS = {"nip": 21, "name": 32, "unit": 30, "position": 30, "category": 16, "results": 20, "behaviour": 20, "rule_set": 20, "hash": 20}
USUAL_WIDTH = 14
UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Characters a spreadsheet cannot hold."""


async def workbook(sheets: Sheets) -> bytes:
    """A workbook of sheets, each with its columns and rows, written beside the event loop."""
    return await asyncio.to_thread(_write, sheets)


def _write(sheets: Sheets) -> bytes:
    book = Workbook(write_only=True)
    for name, (columns, rows) in sheets.items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for place, column in enumerate(columns):
            sheet.column_dimensions[chr(ord("A") + place)].width = WIDTHS.get(column, USUAL_WIDTH)
        sheet.append([_head(sheet, column) for column in columns])
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _head(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: str | int) -> Any:
    """A cell; text that would start a formula is marked as text, also for whoever edits it later (Excel's quote prefix)."""
    if isinstance(value, int):
        return value
    cell = WriteOnlyCell(sheet, UNSTORABLE.sub("", value))
    cell.data_type = "s"
    if value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        cell.quotePrefix = True
    return cell
