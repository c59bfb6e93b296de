"""A unit's calibration: proposals to move ratings, what the superior decided, and the lock."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy import text as sql
from sqlmodel import Field

from services.supervision.models.answers import CASE
from services.supervision.models.base import INSTANT, JSON, TEXT, Row


class CalibrationMove(Row, table=True):
    """A proposal to move a case's ratings, with its reason, and what became of it. Never deleted."""

    __tablename__ = "calibration_move"
    __table_args__ = (
        Index("calibration_move_one_open", "case_id", unique=True, postgresql_where=sql("status = 'open'")),
        Index("calibration_move_unit", "cycle_id", "unit_id"),
    )

    move_id: str = Field(primary_key=True, sa_type=TEXT)
    cycle_id: str = Field(sa_type=TEXT)
    unit_id: str = Field(sa_type=TEXT)
    case_id: str = Field(foreign_key=CASE, sa_type=TEXT)
    from_results: str = Field(sa_type=TEXT)
    from_behaviour: str = Field(sa_type=TEXT)
    to_results: str = Field(sa_type=TEXT)
    to_behaviour: str = Field(sa_type=TEXT)
    reason: str = Field(sa_type=TEXT)
    proposed_by: str = Field(sa_type=TEXT)
    proposed_at: datetime = Field(sa_type=INSTANT)
    status: str = Field(default="open", sa_type=TEXT)
    """``open``, ``approved``, ``refused``, ``withdrawn``, or ``overtaken`` where the case left calibration first."""
    decided_by: str | None = Field(default=None, sa_type=TEXT)
    decided_at: datetime | None = Field(default=None, sa_type=INSTANT)
    decision_reason: str = Field(default="", sa_type=TEXT)


class CalibrationLock(Row, table=True):
    """A release of a unit's results: from here on none of its cases moves. ``counts`` is the distribution that was locked."""

    __tablename__ = "calibration_lock"
    __table_args__ = (Index("calibration_lock_unit", "cycle_id", "unit_id"),)

    lock_id: str = Field(primary_key=True, sa_type=TEXT)
    cycle_id: str = Field(sa_type=TEXT)
    unit_id: str = Field(sa_type=TEXT)
    cases: int
    counts: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    """Cases by category; those without a result are not counted."""
    reason: str = Field(sa_type=TEXT)
    locked_by: str = Field(sa_type=TEXT)
    locked_at: datetime = Field(sa_type=INSTANT)
