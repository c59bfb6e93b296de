"""Ratings beside the yearly review: of periods, of earlier parts of the year, and of units as organisations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field

from services.appraisal.models.base import INSTANT, NULLABLE_JSON, TEXT, Row

CASE = "appraisal_case.case_id"


class PeriodicResult(Row, table=True):
    """The category of one period (evaluasi periodik), from the ratings of its check-in."""

    __tablename__ = "periodic_result"

    case_id: str = Field(primary_key=True, foreign_key=CASE, sa_type=TEXT)
    number: int = Field(primary_key=True)
    results: str = Field(sa_type=TEXT)
    behaviour: str = Field(sa_type=TEXT)
    category: str = Field(sa_type=TEXT)
    recorded_by: str = Field(sa_type=TEXT)
    recorded_at: datetime = Field(sa_type=INSTANT)


class ResultPart(Row, table=True):
    """An earlier part of a case's year as its assessor rated it; one that was wrong is withdrawn, never changed."""

    __tablename__ = "result_part"

    case_id: str = Field(primary_key=True, foreign_key=CASE, sa_type=TEXT)
    number: int = Field(primary_key=True)
    first_month: int
    last_month: int
    assessor_id: str = Field(foreign_key="person.person_id", sa_type=TEXT)
    results: str = Field(sa_type=TEXT)
    behaviour: str = Field(sa_type=TEXT)
    reason: str = Field(sa_type=TEXT)
    recorded_by: str = Field(sa_type=TEXT)
    recorded_at: datetime = Field(sa_type=INSTANT)
    withdrawn_at: datetime | None = Field(default=None, sa_type=INSTANT)


class UnitResult(Row, table=True):
    """The result of a unit as an organisation in a cycle; setting it again adds a version with its reason."""

    __tablename__ = "unit_result"

    cycle_id: str = Field(primary_key=True, foreign_key="cycle.cycle_id", sa_type=TEXT)
    unit_id: str = Field(primary_key=True, foreign_key="unit.unit_id", sa_type=TEXT)
    version: int = Field(primary_key=True)
    result: str = Field(sa_type=TEXT)
    reason: str = Field(sa_type=TEXT)
    set_by: str = Field(sa_type=TEXT)
    set_at: datetime = Field(sa_type=INSTANT)
    citizens: dict[str, Any] | None = Field(default=None, sa_type=NULLABLE_JSON)
    """What citizens said of the unit, as it was in view when the result was set."""
