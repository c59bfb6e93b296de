"""What happened to people and units in the year, as HR recorded it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Identity
from sqlmodel import Field

from services.appraisal.models.base import INSTANT, JSON, TEXT, Row


class LifeEvent(Row, table=True):
    """One command of HR and what it did. ``subject_id`` is a person or, for a reorganisation, the first unit."""

    __tablename__ = "life_event"

    position: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    kind: str = Field(sa_type=TEXT)
    subject_id: str = Field(sa_type=TEXT)
    detail: dict[str, Any] = Field(sa_type=JSON)
    effects: list[dict[str, Any]] = Field(sa_type=JSON)
    reason: str = Field(sa_type=TEXT)
    recorded_by: str = Field(sa_type=TEXT)
    recorded_at: datetime = Field(sa_type=INSTANT)


class UnitSuccessor(Row, table=True):
    """A unit that carries on another after a reorganisation: a cycle of the old one is a cycle of the new one too."""

    __tablename__ = "unit_successor"

    unit_id: str = Field(primary_key=True, foreign_key="unit.unit_id", sa_type=TEXT)
    successor_id: str = Field(primary_key=True, foreign_key="unit.unit_id", sa_type=TEXT)
