"""Messages, each with its history, and each attempt to deliver one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from services.notification.models.base import INSTANT, JSON, TEXT, Row


class Message(Row, table=True):
    """One message to one person about one event over one channel.

    ``created_at``, ``not_before``, ``due_at``, ``snoozed_until``, ``delivered_at`` and ``read_at`` are calendar time;
    ``next_attempt_at`` is real time. ``link`` is a path in the portal. ``reason`` says why it waits, failed or was suppressed.
    While it is held its words may still change: those of one ``batch_key`` go out as one, the others ``joined`` to the first by
    ``lead_id``, and ``parts`` lists what it holds. ``history`` has every state it was in, ``resends`` counts deliberate repeats.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("person_id", "event_id", "channel", name="message_once"),
        Index("message_inbox", "person_id", text("position DESC"), postgresql_where=text("channel = 'inbox'")),
        Index("message_unread", "person_id", postgresql_where=text("channel = 'inbox' AND read_at IS NULL")),
        Index("message_due", "channel", "next_attempt_at", "position", postgresql_where=text("state = 'pending'")),
        Index("message_held", "not_before", postgresql_where=text("state = 'held'")),
        Index("message_group", "person_id", "channel", "batch_key", postgresql_where=text("state = 'held'")),
        Index("message_snoozed", "snoozed_until", postgresql_where=text("snoozed_until IS NOT NULL")),
        Index("message_joined", "lead_id", postgresql_where=text("lead_id IS NOT NULL")),
        Index("message_case", "case_id", "position"),
        Index("message_person", "person_id", "position"),
        Index("message_cycle", "cycle_id"),
        Index("message_failed", "position", postgresql_where=text("state = 'failed'")),
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
    task_id: str | None = Field(default=None, sa_type=TEXT)
    task_version: int
    action: str = Field(sa_type=TEXT)
    lapses: str = Field(sa_type=TEXT)
    due_at: datetime | None = Field(default=None, sa_type=INSTANT)
    trace: str | None = Field(default=None, sa_type=TEXT)
    state: str = Field(sa_type=TEXT)
    reason: str = Field(sa_type=TEXT)
    batch_key: str = Field(sa_type=TEXT)
    lead_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("message.message_id"), nullable=True))
    parts: list[Any] = Field(sa_type=JSON)
    history: list[Any] = Field(sa_type=JSON)
    attempts: int
    resends: int
    not_before: datetime | None = Field(default=None, sa_type=INSTANT)
    next_attempt_at: datetime | None = Field(default=None, sa_type=INSTANT)
    created_at: datetime = Field(sa_type=INSTANT)
    delivered_at: datetime | None = Field(default=None, sa_type=INSTANT)
    read_at: datetime | None = Field(default=None, sa_type=INSTANT)
    snoozed_until: datetime | None = Field(default=None, sa_type=INSTANT)


class DeliveryAttempt(Row, table=True):
    """One attempt to hand a message to its channel, and what came of it. ``at`` is calendar time."""

    __tablename__ = "delivery_attempt"

    message_id: UUID = Field(sa_column=Column(ForeignKey("message.message_id"), primary_key=True))
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=INSTANT)
    outcome: str = Field(sa_type=TEXT)
    detail: str = Field(sa_type=TEXT)
