"""Results of years before this system, as the city's earlier system gave them."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from services.appraisal.models.base import INSTANT, TEXT, Row


class HistoricResult(Row, table=True):
    """A result of an earlier year. It is shown in the person's history and never counted as a result of this system."""

    __tablename__ = "historic_result"

    person_id: str = Field(primary_key=True, foreign_key="person.person_id", sa_type=TEXT)
    year: int = Field(primary_key=True)
    category: str = Field(sa_type=TEXT)
    results: str | None = Field(default=None, sa_type=TEXT)
    behaviour: str | None = Field(default=None, sa_type=TEXT)
    imported_at: datetime = Field(sa_type=INSTANT)
