"""Meetings with their invitations, and the times proposed for a feedback session."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy import text as sql
from sqlmodel import Field

from services.supervision.models.answers import CASE
from services.supervision.models.base import INSTANT, JSON, TEXT, Row


class Meeting(Row, table=True):
    """A feedback session or a team's evaluation meeting that has its time; ``uid`` and ``sequence`` are those of its calendar entry."""

    __tablename__ = "meeting"
    __table_args__ = (
        Index(
            "meeting_one_of_case", "case_id", unique=True, postgresql_where=sql("status IN ('agreed', 'missed') AND case_id IS NOT NULL")
        ),
        Index("meeting_organiser", "organiser_id", "starts_at"),
        Index("meeting_to_come", "starts_at", postgresql_where=sql("status = 'agreed'")),
    )

    meeting_id: str = Field(primary_key=True, sa_type=TEXT)
    kind: str = Field(sa_type=TEXT)
    case_id: str | None = Field(default=None, foreign_key=CASE, sa_type=TEXT)
    cycle_id: str | None = Field(default=None, sa_type=TEXT)
    organiser_id: str = Field(sa_type=TEXT)
    uid: str = Field(unique=True, sa_type=TEXT)
    sequence: int = 0
    status: str = Field(default="agreed", sa_type=TEXT)
    """agreed, held, missed (somebody did not come) or cancelled."""
    topic: str = Field(default="", sa_type=TEXT)
    agenda: str = Field(default="", sa_type=TEXT)
    place: str = Field(sa_type=TEXT)
    starts_at: datetime = Field(sa_type=INSTANT)
    ends_at: datetime = Field(sa_type=INSTANT)
    minutes: str = Field(default="", sa_type=TEXT)
    cancelled_reason: str = Field(default="", sa_type=TEXT)
    created_at: datetime = Field(sa_type=INSTANT)
    changed_at: datetime = Field(sa_type=INSTANT)
    reminded_of: datetime | None = Field(default=None, sa_type=INSTANT)
    """The time people were reminded of; a meeting that was moved is reminded of again."""
    version: int = 1


class MeetingAttendee(Row, table=True):
    """Somebody invited, and whether they came."""

    __tablename__ = "meeting_attendee"
    __table_args__ = (Index("meeting_attendee_person", "person_id"),)

    meeting_id: str = Field(primary_key=True, foreign_key="meeting.meeting_id", sa_type=TEXT)
    person_id: str = Field(primary_key=True, sa_type=TEXT)
    attendance: str | None = Field(default=None, sa_type=TEXT)
    """present, absent or excused; None before the minutes are written."""


class SessionProposal(Row, table=True):
    """Times a supervisor proposed for the feedback session, and the employee's answer."""

    __tablename__ = "session_proposal"
    __table_args__ = (
        Index("session_proposal_one_open", "case_id", unique=True, postgresql_where=sql("status = 'open'")),
        Index("session_proposal_case", "case_id", "proposed_at"),
    )

    proposal_id: str = Field(primary_key=True, sa_type=TEXT)
    case_id: str = Field(foreign_key=CASE, sa_type=TEXT)
    proposed_by: str = Field(sa_type=TEXT)
    proposed_at: datetime = Field(sa_type=INSTANT)
    times: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    place: str = Field(sa_type=TEXT)
    status: str = Field(default="open", sa_type=TEXT)
    """open, chosen, others_asked, or replaced by a newer one."""
    answered_at: datetime | None = Field(default=None, sa_type=INSTANT)
    note: str = Field(default="", sa_type=TEXT)
    """Why none of the times suits the employee."""


class SessionNoShow(Row, table=True):
    """Somebody did not come to the agreed feedback session; it is noted and the session is agreed anew."""

    __tablename__ = "session_no_show"
    __table_args__ = (Index("session_no_show_case", "case_id"),)

    no_show_id: str = Field(primary_key=True, sa_type=TEXT)
    case_id: str = Field(foreign_key=CASE, sa_type=TEXT)
    meeting_id: str = Field(foreign_key="meeting.meeting_id", sa_type=TEXT)
    absent: str = Field(sa_type=TEXT)
    """employee or supervisor."""
    starts_at: datetime = Field(sa_type=INSTANT)
    recorded_by: str = Field(sa_type=TEXT)
    recorded_at: datetime = Field(sa_type=INSTANT)
    note: str = Field(default="", sa_type=TEXT)
