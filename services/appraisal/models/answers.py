"""What employees wrote, and the results computed for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy import text as sql
from sqlmodel import Field

from services.appraisal.models.base import INSTANT, JSON, NULLABLE_JSON, TEXT, Row


class Plan(Row, table=True):
    """The performance plan (SKP) of a case; one row, its version rises with every change."""

    __tablename__ = "plan"

    case_id: str = Field(primary_key=True, foreign_key="appraisal_case.case_id", sa_type=TEXT)
    version: int
    status: str = Field(sa_type=TEXT)
    form: str = Field(default="quantitative", sa_type=TEXT)
    objectives: list[dict[str, Any]] = Field(sa_type=JSON)
    behaviour_expectations: dict[str, str] = Field(sa_type=JSON)
    annexes: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    return_reason: str | None = Field(default=None, sa_type=TEXT)
    saved_at: datetime = Field(sa_type=INSTANT)
    submitted_at: datetime | None = Field(default=None, sa_type=INSTANT)
    decided_at: datetime | None = Field(default=None, sa_type=INSTANT)
    decided_by: str | None = Field(default=None, sa_type=TEXT)


class SubmittedPlan(Row, table=True):
    """A plan, or a revision of one, as it was when handed in, and what became of it; kept for good."""

    __tablename__ = "submitted_plan"

    case_id: str = Field(primary_key=True, foreign_key="appraisal_case.case_id", sa_type=TEXT)
    version: int = Field(primary_key=True)
    form: str = Field(default="quantitative", sa_type=TEXT)
    objectives: list[dict[str, Any]] = Field(sa_type=JSON)
    behaviour_expectations: dict[str, str] = Field(sa_type=JSON)
    annexes: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    submitted_at: datetime = Field(sa_type=INSTANT)
    submitted_by: str = Field(sa_type=TEXT)
    revision_reason: str | None = Field(default=None, sa_type=TEXT)
    """Why the plan in force was to change; None for a plan that is no revision."""
    outcome: str = Field(default="submitted", sa_type=TEXT)
    decided_at: datetime | None = Field(default=None, sa_type=INSTANT)
    decided_by: str | None = Field(default=None, sa_type=TEXT)
    decision_reason: str | None = Field(default=None, sa_type=TEXT)


class SelfAssessment(Row, table=True):
    """The employee's own report of the year; one row, its version rises with every change."""

    __tablename__ = "self_assessment"

    case_id: str = Field(primary_key=True, foreign_key="appraisal_case.case_id", sa_type=TEXT)
    version: int
    status: str = Field(sa_type=TEXT)
    realisations: list[dict[str, Any]] = Field(sa_type=JSON)
    summary: str = Field(default="", sa_type=TEXT)
    behaviour_notes: dict[str, str] = Field(sa_type=JSON)
    results: str | None = Field(default=None, sa_type=TEXT)
    behaviour: str | None = Field(default=None, sa_type=TEXT)
    """How the employee rates the own year, where they say so."""
    saved_at: datetime = Field(sa_type=INSTANT)
    submitted_at: datetime | None = Field(default=None, sa_type=INSTANT)
    return_reason: str | None = Field(default=None, sa_type=TEXT)
    handed_in: dict[str, Any] | None = Field(default=None, sa_type=NULLABLE_JSON)
    """What was handed in last, while it is returned: it holds until it is handed in again."""


class ResultVersion(Row, table=True):
    """One version of a case's result. What it says never changes; a trigger of the database refuses it."""

    __tablename__ = "result_version"
    __table_args__ = (
        Index("result_version_one_valid", "case_id", unique=True, postgresql_where=sql("status IN ('provisional', 'closed')")),
    )

    case_id: str = Field(primary_key=True, foreign_key="appraisal_case.case_id", sa_type=TEXT)
    version: int = Field(primary_key=True)
    status: str = Field(sa_type=TEXT)
    results: str = Field(sa_type=TEXT)
    behaviour: str = Field(sa_type=TEXT)
    category: str = Field(sa_type=TEXT)
    explanation: dict[str, Any] = Field(sa_type=JSON)
    hash: str = Field(sa_type=TEXT)
    cause: str = Field(sa_type=TEXT)
    reason: str = Field(default="", sa_type=TEXT)
    """Why this version came about."""
    scored_at: datetime = Field(sa_type=INSTANT)
    closed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    credit_points: dict[str, Any] | None = Field(default=None, sa_type=NULLABLE_JSON)
    """Explained credit points where the position is a functional one."""
