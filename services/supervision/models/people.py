"""This service's copy of people and units, kept by personnel events, and of the cycles."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from services.supervision.models.base import INSTANT, JSON, TEXT, TEXTS, Row


class Person(Row, table=True):
    """What supervision must know of a civil servant: the name to show, where they work, and to whom they report."""

    __tablename__ = "person"
    __table_args__ = (
        Index("person_supervisor", "supervisor_id"),
        Index("person_roles", "roles", postgresql_using="gin"),
    )

    person_id: str = Field(primary_key=True, sa_type=TEXT)
    name: str = Field(sa_type=TEXT)
    unit_id: str = Field(sa_type=TEXT)
    position: str = Field(sa_type=TEXT)
    supervisor_id: str | None = Field(default=None, sa_type=TEXT)
    roles: list[str] = Field(default_factory=list, sa_type=TEXTS)
    active: bool = True
    starts_on: date | None = None
    ends_on: date | None = None
    away_from: date | None = None
    away_until: date | None = None
    """First and last day of a long leave."""
    on_duty: bool = True
    """Whether the person could act when open tasks were last placed for it; the sweep looks for who differs."""

    def can_act(self, today: date) -> bool:
        """Whether the person is in service today, and not on a long leave."""
        away = self.away_from is not None and self.away_until is not None and self.away_from <= today <= self.away_until
        return self.active and not away and (self.ends_on is None or self.ends_on >= today)


class UnitOfCity(Row, table=True):
    """A unit (perangkat daerah, unit kerja), its head and the unit above."""

    __tablename__ = "unit"

    unit_id: str = Field(primary_key=True, sa_type=TEXT)
    name: str = Field(sa_type=TEXT)
    parent_id: str | None = Field(default=None, sa_type=TEXT)
    head_id: str | None = Field(default=None, sa_type=TEXT)
    active: bool = True


class Cycle(Row, table=True):
    """A cycle as it was opened: its calendar and policies."""

    __tablename__ = "cycle"

    cycle_id: str = Field(primary_key=True, sa_type=TEXT)
    definition: dict[str, Any] = Field(sa_type=JSON)
    status: str = Field(default="open", sa_type=TEXT)
    closed_at: datetime | None = Field(default=None, sa_type=INSTANT)
