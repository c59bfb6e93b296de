"""What citizens say of a unit's service, and what keeps the form from being flooded. Nothing here names a citizen."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, text
from sqlmodel import Field

from services.supervision.models.base import INSTANT, JSON, TEXT, TEXTS, Row

BYTES: Any = LargeBinary


class CitizenAnswer(Row, table=True):
    """One answer to a unit's public form. ``flagged`` is what in the words is or may be personal data: it is never published."""

    __tablename__ = "citizen_answer"
    __table_args__ = (
        Index("citizen_answer_unit", "unit_id", "year", "status"),
        Index("citizen_answer_waiting", "received_at", "answer_id", postgresql_where=text("status = 'waiting'")),
        Index("citizen_answer_words", "unit_id", "words_mark", postgresql_where=text("words_mark IS NOT NULL")),
        Index(
            "citizen_answer_due",
            "complaint_due_at",
            postgresql_where=text("complaint_due_at IS NOT NULL AND resolved_at IS NULL AND stands_since IS NULL"),
        ),
    )

    answer_id: str = Field(primary_key=True, sa_type=TEXT)
    unit_id: str = Field(foreign_key="unit.unit_id", sa_type=TEXT)
    year: int
    received_at: datetime = Field(sa_type=INSTANT)
    language: str = Field(sa_type=TEXT)
    ratings: dict[str, int] = Field(sa_type=JSON)
    """1 to 4 by element; what was not rated is not there."""
    theme: str | None = Field(default=None, sa_type=TEXT)
    """The element the words are about, where the citizen chose one."""
    text: str = Field(default="", sa_type=TEXT)
    words_mark: str | None = Field(default=None, sa_type=TEXT)
    flagged: list[str] = Field(default_factory=list, sa_type=TEXTS)
    status: str = Field(sa_type=TEXT)
    hidden_reason: str | None = Field(default=None, sa_type=TEXT)
    moderated_by: str | None = Field(default=None, sa_type=TEXT)
    moderated_at: datetime | None = Field(default=None, sa_type=INSTANT)
    complaint_due_at: datetime | None = Field(default=None, sa_type=INSTANT)
    """By when the unit has to resolve it; None where it is no complaint."""
    resolution: str = Field(default="", sa_type=TEXT)
    resolved_by: str | None = Field(default=None, sa_type=TEXT)
    resolved_at: datetime | None = Field(default=None, sa_type=INSTANT)
    stands_since: datetime | None = Field(default=None, sa_type=INSTANT)
    """When it was told that the complaint was not resolved in time."""
    complaint_number: int = 0
    """How often a moderator made it a complaint; with the answer's id it names the complaint."""
    reminded_of: datetime | None = Field(default=None, sa_type=INSTANT)
    """The date people were reminded of: by when a moderator should have looked at it, or its unit should resolve it."""
    version: int = 1


class CitizenSecret(Row, table=True):
    """A day's secret: it signs forms and blurs addresses, is shared by all replicas, and is thrown away two days later."""

    __tablename__ = "citizen_secret"

    day: date = Field(primary_key=True)
    secret: bytes = Field(sa_type=BYTES)


class CitizenFormUsed(Row, table=True):
    """A form that brought its answer; it brings no other."""

    __tablename__ = "citizen_form_used"

    nonce: str = Field(primary_key=True, sa_type=TEXT)
    used_on: date


class CitizenRate(Row, table=True):
    """How many answers came in an hour, of one (blurred) address or for one unit."""

    __tablename__ = "citizen_rate"

    bucket: str = Field(primary_key=True, sa_type=TEXT)
    hour: datetime = Field(primary_key=True, sa_type=INSTANT)
    answers: int
