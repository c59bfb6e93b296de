"""What happens between the check-ins' forms: follow-ups, and feedback through the year."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from services.supervision.models.answers import CASE
from services.supervision.models.base import INSTANT, TEXT, Row


class FollowUp(Row, table=True):
    """Something a check-in agreed on: who does it by when, and whether it is done."""

    __tablename__ = "follow_up"
    __table_args__ = (Index("follow_up_case", "case_id"),)

    follow_up_id: str = Field(primary_key=True, sa_type=TEXT)
    case_id: str = Field(foreign_key=CASE, sa_type=TEXT)
    number: int
    """The check-in it comes from."""
    text: str = Field(sa_type=TEXT)
    owner_id: str = Field(sa_type=TEXT)
    due_on: date | None = None
    created_at: datetime = Field(sa_type=INSTANT)
    done_at: datetime | None = Field(default=None, sa_type=INSTANT)
    done_by: str | None = Field(default=None, sa_type=TEXT)


class Feedback(Row, table=True):
    """Ongoing feedback (umpan balik berkelanjutan): asked for or given, about an objective or a core value."""

    __tablename__ = "ongoing_feedback"
    __table_args__ = (Index("ongoing_feedback_case", "case_id"), Index("ongoing_feedback_giver", "giver_id"))

    feedback_id: str = Field(primary_key=True, sa_type=TEXT)
    case_id: str = Field(foreign_key=CASE, sa_type=TEXT)
    giver_id: str = Field(sa_type=TEXT)
    asked_by: str | None = Field(default=None, sa_type=TEXT)
    asked_at: datetime | None = Field(default=None, sa_type=INSTANT)
    question: str = Field(default="", sa_type=TEXT)
    objective: str = Field(default="", sa_type=TEXT)
    core_value: str = Field(default="", sa_type=TEXT)
    kind: str | None = Field(default=None, sa_type=TEXT)
    """praise or correction; None while it is only asked for."""
    text: str = Field(default="", sa_type=TEXT)
    given_at: datetime | None = Field(default=None, sa_type=INSTANT)
    read_at: datetime | None = Field(default=None, sa_type=INSTANT)
    """When the person concerned read it; from then on it is only corrected, visibly."""
    version: int = 1


class FeedbackCorrection(Row, table=True):
    """What the giver of feedback corrected after it was read; the first words stay."""

    __tablename__ = "feedback_correction"

    feedback_id: str = Field(primary_key=True, foreign_key="ongoing_feedback.feedback_id", sa_type=TEXT)
    number: int = Field(primary_key=True)
    text: str = Field(sa_type=TEXT)
    corrected_at: datetime = Field(sa_type=INSTANT)
