"""What every table of the notification service shares."""

from __future__ import annotations

from typing import Any

from sqlalchemy import DateTime, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

INSTANT: Any = DateTime(timezone=True)
TEXT: Any = Text
TEXTS: Any = ARRAY(Text)
JSON: Any = JSONB


class Row(SQLModel, registry=registry()):
    """A row of the notification database."""
