"""What somebody has typed into a form and not sent yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field

from services.supervision.models.base import INSTANT, JSON, TEXT, Row


class Draft(Row, table=True):
    """The fields of one form as its writer left them; nobody else reads them."""

    __tablename__ = "draft"

    person_id: str = Field(primary_key=True, sa_type=TEXT)
    form: str = Field(primary_key=True, sa_type=TEXT)
    """What the form is called: ``check-in:skp-2026.p-1``."""
    about: str = Field(default="", sa_type=TEXT)
    """The case or meeting the form is about: what follows the colon."""
    fields: dict[str, Any] = Field(sa_type=JSON)
    saved_at: datetime = Field(sa_type=INSTANT)
