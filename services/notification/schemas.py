"""Bodies of the HTTP surface."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from kit.i18n import Language


class InboxMessage(BaseModel):
    """A message as its reader sees it. ``link`` leads into the portal."""

    message_id: UUID
    title: str
    text: str
    link: str
    kind: str
    case_id: str | None
    created_at: datetime
    read_at: datetime | None
    urgency: Literal["low", "normal", "high"]


class InboxPage(BaseModel):
    """A page of a person's inbox, newest first."""

    items: list[InboxMessage]
    next_cursor: str | None


class UnreadCount(BaseModel):
    """How many messages the person has not read."""

    unread: int


class Attempt(BaseModel):
    """One attempt to hand a message to its channel; ``detail`` is what the server said."""

    number: int
    at: datetime
    outcome: Literal["accepted", "temporary", "interrupted", "permanent"]
    detail: str


class LoggedMessage(BaseModel):
    """A message with its history. ``reason`` says why it failed or was suppressed, or what the last attempt came to."""

    message_id: UUID
    person_id: str
    channel: Literal["inbox", "email"]
    kind: str
    title: str
    urgency: Literal["low", "normal", "high"]
    language: Language
    about: str
    cycle_id: str | None
    case_id: str | None
    state: Literal["pending", "delivered", "failed", "suppressed"]
    reason: str
    created_at: datetime
    delivered_at: datetime | None
    read_at: datetime | None
    attempts: list[Attempt]


class LogPage(BaseModel):
    """A page of the delivery log, newest first."""

    items: list[LoggedMessage]
    next_cursor: str | None


class Preferences(BaseModel):
    """How a person wants to hear of things. The inbox cannot be turned off."""

    model_config = ConfigDict(extra="forbid")

    language: Language
    email: bool
