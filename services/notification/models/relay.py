"""Which of the city's mail relays e-mails go through."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from services.notification.models.base import INSTANT, TEXT, Row


class MailRelay(Row, table=True):
    """The one row that says it; without it, the first relay."""

    __tablename__ = "mail_relay"

    only: bool = Field(default=True, primary_key=True)
    second: bool
    since: datetime = Field(sa_type=INSTANT)
    chosen_by: str = Field(sa_type=TEXT)
