"""Previews of an import: the files as they were sent, and row by row what they would change."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, LargeBinary, Text
from sqlmodel import Field

from services.appraisal.models.base import INSTANT, JSON, TEXT, Row

BYTES: Any = LargeBinary


class RosterPreview(Row, table=True):
    """What HR looked at before importing; gone once it is imported, or after a day."""

    __tablename__ = "roster_preview"

    preview_id: str = Field(primary_key=True, sa_type=TEXT)
    made_by: str = Field(sa_type=TEXT)
    made_at: datetime = Field(default_factory=lambda: datetime.now(UTC), sa_type=INSTANT)
    units: bytes | None = Field(default=None, sa_type=BYTES)
    people: bytes | None = Field(default=None, sa_type=BYTES)
    workbook: bytes | None = Field(default=None, sa_type=BYTES)
    fingerprint: str = Field(sa_type=TEXT)
    summary: dict[str, Any] = Field(sa_type=JSON)


class RosterPreviewRow(Row, table=True):
    """One row that would change."""

    __tablename__ = "roster_preview_row"

    preview_id: str = Field(sa_column=Column(Text, ForeignKey("roster_preview.preview_id", ondelete="CASCADE"), primary_key=True))
    place: int = Field(primary_key=True)
    kind: str = Field(sa_type=TEXT)
    change: str = Field(sa_type=TEXT)
    key: str = Field(sa_type=TEXT)
    name: str = Field(sa_type=TEXT)
    moves: bool
    changes_superior: bool
    fields: list[dict[str, str]] = Field(sa_type=JSON)
