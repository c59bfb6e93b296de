"""Revisions of approved plans, and the templates plans are begun from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from services.appraisal.models.base import INSTANT, JSON, TEXT, Row


class PlanRevision(Row, table=True):
    """The newest revision of a case's approved plan. Its version goes on from the plan's; an approved one becomes the plan."""

    __tablename__ = "plan_revision"

    case_id: str = Field(primary_key=True, foreign_key="appraisal_case.case_id", sa_type=TEXT)
    version: int
    base_version: int
    """The version of the plan it changes."""
    status: str = Field(sa_type=TEXT)
    reason: str = Field(sa_type=TEXT)
    form: str = Field(sa_type=TEXT)
    objectives: list[dict[str, Any]] = Field(sa_type=JSON)
    behaviour_expectations: dict[str, str] = Field(sa_type=JSON)
    annexes: dict[str, str] = Field(sa_type=JSON)
    return_reason: str | None = Field(default=None, sa_type=TEXT)
    opened_at: datetime = Field(sa_type=INSTANT)
    saved_at: datetime = Field(sa_type=INSTANT)
    submitted_at: datetime | None = Field(default=None, sa_type=INSTANT)
    decided_at: datetime | None = Field(default=None, sa_type=INSTANT)
    decided_by: str | None = Field(default=None, sa_type=TEXT)


class PlanTemplate(Row, table=True):
    """Objectives with indicators for a kind of position, kept by HR."""

    __tablename__ = "plan_template"
    __table_args__ = (Index("plan_template_name", "name", "template_id"),)

    template_id: str = Field(primary_key=True, sa_type=TEXT)
    version: int
    name: str = Field(sa_type=TEXT)
    position_kind: str | None = Field(default=None, sa_type=TEXT)
    """The kind of position it is for; None for any."""
    position: str = Field(default="", sa_type=TEXT)
    """Words the position's name holds; empty for any."""
    active: bool = True
    form: str = Field(sa_type=TEXT)
    objectives: list[dict[str, Any]] = Field(sa_type=JSON)
    behaviour_expectations: dict[str, str] = Field(sa_type=JSON)
    annexes: dict[str, str] = Field(sa_type=JSON)
    saved_at: datetime = Field(sa_type=INSTANT)
    saved_by: str = Field(sa_type=TEXT)
