"""Meetings, as far as e-mails about them need to know."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlmodel import Field

from services.notification.models.base import JSON, Row


class MeetingEntry(Row, table=True):
    """What an event said of a meeting, for the calendar part of its e-mails; people are ids, written out when a mail is sent."""

    __tablename__ = "meeting_entry"

    event_id: UUID = Field(primary_key=True)
    entry: dict[str, Any] = Field(sa_type=JSON)
