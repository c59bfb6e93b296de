"""The base of this service's tables: a metadata of its own, apart from every other service's."""

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
NULLABLE_JSON: Any = JSONB(none_as_null=True)


class Row(SQLModel, registry=registry()):
    """A row of the appraisal database."""
