"""People as far as they are told things: how they want to be told, and where beside the inbox and e-mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, Text, UniqueConstraint
from sqlmodel import Field

from services.notification.models.base import INSTANT, JSON, TEXT, TEXTS, Row


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
    """How a person wants to hear of things; without a row, in the language of the personnel data, with e-mails and quiet nights.

    ``choices`` holds the ways by urgency; empty means the usual ones. Times are the city's, ``HH:MM``; empty means none.
    """

    __tablename__ = "preference"

    person_id: str = Field(sa_column=Column(Text, ForeignKey("person.person_id"), primary_key=True))
    language: str = Field(sa_type=TEXT)
    email: bool
    choices: dict[str, Any] = Field(sa_type=JSON)
    quiet_from: str = Field(sa_type=TEXT)
    quiet_to: str = Field(sa_type=TEXT)
    digest_at: str = Field(sa_type=TEXT)
    changed_at: datetime = Field(sa_type=INSTANT)


class Mute(Row, table=True):
    """Something a person does not want to be told of beside the inbox: a case, or a kind of message."""

    __tablename__ = "mute"

    person_id: str = Field(sa_column=Column(Text, ForeignKey("person.person_id"), primary_key=True))
    what: str = Field(primary_key=True, sa_type=TEXT)
    value: str = Field(primary_key=True, sa_type=TEXT)
    since: datetime = Field(sa_type=INSTANT)


class Destination(Row, table=True):
    """Where a person is told over a channel that needs an address of its own: a browser, a chat, another system.

    ``secret`` signs webhooks; the former one stays valid beside it until the next rotation. ``keys`` are the browser's.
    """

    __tablename__ = "destination"
    __table_args__ = (UniqueConstraint("person_id", "channel", "address", name="destination_once"),)

    destination_id: UUID = Field(primary_key=True)
    person_id: str = Field(sa_column=Column(Text, ForeignKey("person.person_id"), nullable=False))
    channel: str = Field(sa_type=TEXT)
    address: str = Field(sa_type=TEXT)
    keys: dict[str, Any] = Field(sa_type=JSON)
    secret: str = Field(sa_type=TEXT)
    former_secret: str = Field(sa_type=TEXT)
    created_at: datetime = Field(sa_type=INSTANT)
    gone_at: datetime | None = Field(default=None, sa_type=INSTANT)
    gone_because: str = Field(sa_type=TEXT)
