"""Public holidays and joint leave as HR keeps them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field

from services.appraisal.models.base import INSTANT, JSON, TEXT, Row


class HolidayYear(Row, table=True):
    """HR's list of a year; it holds instead of the one that is shipped. A year without a row has the shipped list."""

    __tablename__ = "holiday_year"

    year: int = Field(primary_key=True)
    days: list[dict[str, Any]] = Field(sa_type=JSON)
    """``day``, ``name`` and ``kind`` of each."""
    version: int = 1
    changed_at: datetime = Field(sa_type=INSTANT)
    changed_by: str = Field(sa_type=TEXT)
