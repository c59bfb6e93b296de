"""What makes delivery and links trustworthy: addresses that bounce, and links that were used."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from services.notification.models.base import INSTANT, TEXT, Row


class Suppression(Row, table=True):
    """An address no e-mail is sent to, and why. HR lifts it when the address is mended."""

    __tablename__ = "suppression"

    address: str = Field(primary_key=True, sa_type=TEXT)
    reason: str = Field(sa_type=TEXT)
    since: datetime = Field(sa_type=INSTANT)


class LinkUse(Row, table=True):
    """A link of a message that did what it was for."""

    __tablename__ = "link_use"

    identity: str = Field(primary_key=True, sa_type=TEXT)
    person_id: str = Field(sa_type=TEXT)
    used_at: datetime = Field(sa_type=INSTANT)
