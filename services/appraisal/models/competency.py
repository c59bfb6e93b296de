"""Competency: what HR adds to the dictionary, what positions need, and how people were rated."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field

from services.appraisal.models.base import INSTANT, JSON, TEXT, Row


class TechnicalCompetency(Row, table=True):
    """A technical competency HR added to the dictionary; one row, its version rises with every change."""

    __tablename__ = "technical_competency"

    code: str = Field(primary_key=True, sa_type=TEXT)
    name: dict[str, str] = Field(sa_type=JSON)
    about: dict[str, str] = Field(sa_type=JSON)
    levels: list[dict[str, str]] = Field(sa_type=JSON)
    version: int
    saved_at: datetime = Field(sa_type=INSTANT)


class PositionStandard(Row, table=True):
    """What a position needs, as HR set it; positions without a row need what their kind usually needs."""

    __tablename__ = "position_standard"

    position: str = Field(primary_key=True, sa_type=TEXT)
    levels: dict[str, int] = Field(sa_type=JSON)
    version: int
    saved_at: datetime = Field(sa_type=INSTANT)


class CompetencyAssessment(Row, table=True):
    """The supervisor's rating of an employee's competencies; one row. A submitted one never changes, a trigger refuses it."""

    __tablename__ = "competency_assessment"

    case_id: str = Field(primary_key=True, foreign_key="appraisal_case.case_id", sa_type=TEXT)
    version: int
    status: str = Field(sa_type=TEXT)
    standard: dict[str, int] = Field(sa_type=JSON)
    """The standard it was rated against; a later change of the position's standard changes no submitted rating."""
    ratings: list[dict[str, Any]] = Field(sa_type=JSON)
    knowledge: float | None = None
    skills: float | None = None
    attitude: float | None = None
    assessed_by: str = Field(sa_type=TEXT)
    saved_at: datetime = Field(sa_type=INSTANT)
    submitted_at: datetime | None = Field(default=None, sa_type=INSTANT)
