"""What a feedback session agreed to improve, kept for the person's next plan."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from services.appraisal.models.base import INSTANT, TEXT, TEXTS, Row


class CarryOver(Row, table=True):
    """The improvement items of a case's session; the newest list replaces the one before."""

    __tablename__ = "carry_over"
    __table_args__ = (Index("carry_over_person", "person_id"),)

    case_id: str = Field(primary_key=True, foreign_key="appraisal_case.case_id", sa_type=TEXT)
    person_id: str = Field(sa_type=TEXT)
    items: list[str] = Field(default_factory=list, sa_type=TEXTS)
    agreed_at: datetime = Field(sa_type=INSTANT)
