"""Bodies of the HTTP surface that people see: their inbox, the delivery log, and how they want to be told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kit.i18n import Language
from services.notification.domain.delivery import Outcome, State
from services.notification.domain.manners import QUIET_FROM, QUIET_TO
from services.notification.domain.rules import Channel, Urgency

TimeOfDay = Annotated[str, StringConstraints(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")]
"""``HH:MM`` by the clock of the city; empty means none."""
Word = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[^\x00]*$")]


class Body(BaseModel):
    """What callers send: nothing it does not know."""

    model_config = ConfigDict(extra="forbid")


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
    urgency: Urgency
    task_id: str | None = None
    snoozed_until: datetime | None = None


class InboxPage(BaseModel):
    """A page of a person's inbox, newest first."""

    items: list[InboxMessage]
    next_cursor: str | None


class UnreadCount(BaseModel):
    """How many messages the person has not read."""

    unread: int


class Snooze(Body):
    """Until when a message is put away, calendar time."""

    until: datetime


class Attempt(BaseModel):
    """One attempt to hand a message to its channel; ``detail`` is what the server said."""

    number: int
    at: datetime
    outcome: Outcome
    detail: str


class Change(BaseModel):
    """A state a message came into, and why."""

    at: datetime
    state: State
    reason: str


class LoggedMessage(BaseModel):
    """A message with its history. ``reason`` says why it waits, failed or was suppressed, or what the last attempt came to.

    One that is ``joined`` went out as part of the message ``lead_id``.
    """

    message_id: UUID
    person_id: str
    channel: Channel
    kind: str
    title: str
    urgency: Urgency
    language: Language
    about: str
    cycle_id: str | None
    case_id: str | None
    state: State
    reason: str
    lead_id: UUID | None
    not_before: datetime | None
    resends: int
    created_at: datetime
    delivered_at: datetime | None
    read_at: datetime | None
    history: list[Change]
    attempts: list[Attempt]


class LogPage(BaseModel):
    """A page of the delivery log, newest first."""

    items: list[LoggedMessage]
    next_cursor: str | None


class Preferences(Body):
    """How a person wants to hear of things. The inbox cannot be turned off.

    ``choices`` names the ways by urgency; an urgency left out has the usual ones. Quiet hours hold everything that is not urgent
    until their end; with ``digest_at`` what does not press comes by e-mail once a day.
    """

    language: Language
    email: bool
    choices: dict[Urgency, list[Channel]] = Field(default_factory=dict)
    quiet_from: TimeOfDay = f"{QUIET_FROM:%H:%M}"
    quiet_to: TimeOfDay = f"{QUIET_TO:%H:%M}"
    digest_at: TimeOfDay = ""


class Mute(Body):
    """Something a person is not told of beside the inbox: a case by its id, or a kind of message."""

    what: Literal["case", "kind"]
    value: Word


class Mutes(BaseModel):
    """What a person muted, newest first."""

    items: list[Mute]
