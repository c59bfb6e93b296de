"""The tables of the notification service: people as far as they are told things, their messages, and each attempt to deliver."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Identity, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

INSTANT: Any = DateTime(timezone=True)
TEXT: Any = Text
TEXTS: Any = ARRAY(Text)


class Row(SQLModel, registry=registry()):
    """A row of the notification database."""


class Person(Row, table=True):
    """This service's copy of a person, kept by personnel events."""

    __tablename__ = "person"
    __table_args__ = (Index("person_roles", "roles", postgresql_using="gin"),)

    person_id: str = Field(primary_key=True, sa_type=TEXT)
    name: str = Field(sa_type=TEXT)
    email: str = Field(sa_type=TEXT)
    language: str = Field(sa_type=TEXT)
    roles: list[str] = Field(sa_type=TEXTS)
    active: bool


class Preference(Row, table=True):
    """How a person wants to hear of things; without a row, in the language of the personnel data and with e-mails."""

    __tablename__ = "preference"

    person_id: str = Field(sa_column=Column(Text, ForeignKey("person.person_id"), primary_key=True))
    language: str = Field(sa_type=TEXT)
    email: bool
    changed_at: datetime = Field(sa_type=INSTANT)


class CaseCopy(Row, table=True):
    """Whose case it is, for events that name only the case."""

    __tablename__ = "appraisal_case"

    case_id: str = Field(primary_key=True, sa_type=TEXT)
    cycle_id: str = Field(sa_type=TEXT)
    employee_id: str = Field(sa_type=TEXT)


class Message(Row, table=True):
    """One message to one person about one event over one channel. Its words are fixed when it is made.

    ``created_at``, ``delivered_at`` and ``read_at`` are calendar time; ``next_attempt_at`` is real time.
    ``link`` is a path in the portal. ``reason`` says why it failed or was suppressed.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("person_id", "event_id", "channel", name="message_once"),
        Index("message_inbox", "person_id", text("position DESC"), postgresql_where=text("channel = 'inbox'")),
        Index("message_unread", "person_id", postgresql_where=text("channel = 'inbox' AND read_at IS NULL")),
        Index("message_due", "next_attempt_at", "position", postgresql_where=text("state = 'pending'")),
        Index("message_case", "case_id", "position"),
        Index("message_person", "person_id", "position"),
        Index("message_cycle", "cycle_id"),
    )

    message_id: UUID = Field(primary_key=True)
    position: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), nullable=False, unique=True))
    person_id: str = Field(sa_column=Column(Text, ForeignKey("person.person_id"), nullable=False))
    event_id: UUID
    channel: str = Field(sa_type=TEXT)
    kind: str = Field(sa_type=TEXT)
    urgency: str = Field(sa_type=TEXT)
    language: str = Field(sa_type=TEXT)
    title: str = Field(sa_type=TEXT)
    body: str = Field(sa_type=TEXT)
    link: str = Field(sa_type=TEXT)
    about: str = Field(sa_type=TEXT)
    cycle_id: str | None = Field(default=None, sa_type=TEXT)
    case_id: str | None = Field(default=None, sa_type=TEXT)
    trace: str | None = Field(default=None, sa_type=TEXT)
    state: str = Field(sa_type=TEXT)
    reason: str = Field(sa_type=TEXT)
    attempts: int
    next_attempt_at: datetime | None = Field(default=None, sa_type=INSTANT)
    created_at: datetime = Field(sa_type=INSTANT)
    delivered_at: datetime | None = Field(default=None, sa_type=INSTANT)
    read_at: datetime | None = Field(default=None, sa_type=INSTANT)


class DeliveryAttempt(Row, table=True):
    """One attempt to hand a message to its channel, and what came of it. ``at`` is calendar time."""

    __tablename__ = "delivery_attempt"

    message_id: UUID = Field(sa_column=Column(ForeignKey("message.message_id"), primary_key=True))
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=INSTANT)
    outcome: str = Field(sa_type=TEXT)
    detail: str = Field(sa_type=TEXT)


class MeetingEntry(Row, table=True):
    """What an event said of a meeting, for the calendar part of its e-mails; people are ids, written out when a mail is sent."""

    __tablename__ = "meeting_entry"

    event_id: UUID = Field(primary_key=True)
    entry: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
