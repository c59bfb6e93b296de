"""What the two sides of an objection say when the superior hears them (PP 30/2019 article 59)."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from services.supervision.models.answers import CASE
from services.supervision.models.base import INSTANT, TEXT, Row


class ObjectionStatement(Row, table=True):
    """The superior's question to one side, and its statement; given once."""

    __tablename__ = "objection_statement"

    case_id: str = Field(primary_key=True, foreign_key=CASE, sa_type=TEXT)
    party: str = Field(primary_key=True, sa_type=TEXT)
    """employee or assessor."""
    person_id: str = Field(sa_type=TEXT)
    question: str = Field(default="", sa_type=TEXT)
    asked_by: str = Field(sa_type=TEXT)
    asked_at: datetime = Field(sa_type=INSTANT)
    text: str = Field(default="", sa_type=TEXT)
    submitted_at: datetime | None = Field(default=None, sa_type=INSTANT)
