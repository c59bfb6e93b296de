"""What citizens say of a unit: an input to its result as an organisation, kept apart from everything about persons."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field

from services.appraisal.models.base import INSTANT, JSON, TEXT, Row


class UnitCitizens(Row, table=True):
    """The newest summary of a unit's citizens in a year, as it was told."""

    __tablename__ = "unit_citizens"

    unit_id: str = Field(primary_key=True, sa_type=TEXT)
    year: int = Field(primary_key=True)
    summary: dict[str, Any] = Field(sa_type=JSON)
    told_at: datetime = Field(sa_type=INSTANT)
