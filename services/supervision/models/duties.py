"""Who stands in for whom, and the parts of a year with their assessors."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Field

from services.supervision.models.base import INSTANT, TEXT, Row


class StandIn(Row, table=True):
    """A delegation, or an acting official (Plt., Plh.) for a vacant post, from its first to its last day."""

    __tablename__ = "stand_in"
    __table_args__ = (
        Index("stand_in_for", "for_person_id", "ends_on"),
        Index("stand_in_person", "person_id"),
        Index("stand_in_waiting", "starts_on", "ends_on", postgresql_where=sql("finished_at IS NULL")),
    )

    stand_in_id: str = Field(primary_key=True, sa_type=TEXT)
    kind: str = Field(sa_type=TEXT)
    """``delegation``, ``plt`` or ``plh``."""
    for_person_id: str = Field(foreign_key="person.person_id", sa_type=TEXT)
    person_id: str = Field(foreign_key="person.person_id", sa_type=TEXT)
    starts_on: date
    ends_on: date
    reason: str = Field(sa_type=TEXT)
    recorded_by: str = Field(sa_type=TEXT)
    recorded_at: datetime = Field(sa_type=INSTANT)
    begun_at: datetime | None = Field(default=None, sa_type=INSTANT)
    """When the open tasks moved; None while the first day has not come."""
    finished_at: datetime | None = Field(default=None, sa_type=INSTANT)
    """When it ended or was called off, and the tasks went back."""


class AssessmentPart(Row, table=True):
    """One assessor's part of a case's year. The last part is open; its assessor writes the review."""

    __tablename__ = "assessment_part"
    __table_args__ = (UniqueConstraint("case_id", "number", name="assessment_part_number"),)

    part_id: str = Field(primary_key=True, sa_type=TEXT)
    case_id: str = Field(foreign_key="appraisal_case.case_id", sa_type=TEXT)
    number: int
    assessor_id: str = Field(sa_type=TEXT)
    unit_id: str = Field(sa_type=TEXT)
    starts_on: date
    ends_on: date | None = None
    months: int | None = None
    results: str | None = Field(default=None, sa_type=TEXT)
    behaviour: str | None = Field(default=None, sa_type=TEXT)
    reason: str = Field(default="", sa_type=TEXT)
    rated_at: datetime | None = Field(default=None, sa_type=INSTANT)
