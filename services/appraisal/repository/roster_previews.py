"""Queries about previews of an import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from sqlmodel import col, delete, select, text

from kit.unit import UnitOfWork
from services.appraisal.models import RosterPreview, RosterPreviewRow
from services.appraisal.repository.people import ROWS_AT_ONCE

PUT_ROWS = text(
    """
    INSERT INTO roster_preview_row (preview_id, place, kind, change, key, name, moves, changes_superior, fields)
    SELECT :preview_id, place, kind, change, key, name, moves, changes_superior, fields FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS given(place int, kind text, change text, key text, name text, moves boolean, changes_superior boolean, fields jsonb)
    """
)
FORGET_OLD = text("DELETE FROM roster_preview WHERE made_at < now() - interval '1 day'")


async def add(unit: UnitOfWork, preview: RosterPreview, rows: Sequence[dict[str, Any]]) -> None:
    """Keep a preview with its rows; those older than a day go."""
    await unit.session.execute(FORGET_OLD)
    unit.session.add(preview)
    await unit.session.flush()
    for start in range(0, len(rows), ROWS_AT_ONCE):
        some = orjson.dumps(rows[start : start + ROWS_AT_ONCE]).decode()
        await unit.session.execute(PUT_ROWS, {"preview_id": preview.preview_id, "rows": some})


async def preview(unit: UnitOfWork, preview_id: str, *, lock: bool = False) -> RosterPreview | None:
    statement = select(RosterPreview).where(RosterPreview.preview_id == preview_id)
    return (await unit.session.execute(statement.with_for_update() if lock else statement)).scalar_one_or_none()


async def forget(unit: UnitOfWork, preview_id: str) -> None:
    await unit.session.execute(delete(RosterPreview).where(col(RosterPreview.preview_id) == preview_id))


async def rows_page(unit: UnitOfWork, preview_id: str, wanted: dict[str, Any], after: int, limit: int) -> list[RosterPreviewRow]:
    """A page of the rows of a preview whose columns have the ``wanted`` values."""
    statement = select(RosterPreviewRow).where(RosterPreviewRow.preview_id == preview_id, col(RosterPreviewRow.place) > after)
    for name, value in wanted.items():
        statement = statement.where(getattr(RosterPreviewRow, name) == value)
    return list((await unit.session.execute(statement.order_by(col(RosterPreviewRow.place)).limit(limit))).scalars())
