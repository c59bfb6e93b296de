"""Cycles, their cases, and who beside the reporting line may read a case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from services.appraisal.models.base import INSTANT, JSON, TEXT, TEXTS, Row


class Cycle(Row, table=True):
    """A yearly cycle. ``definition`` is a contracts.cycle.CycleDefinition; it is fixed once the cycle is open."""

    __tablename__ = "cycle"

    cycle_id: str = Field(primary_key=True, sa_type=TEXT)
    year: int
    definition: dict[str, Any] = Field(sa_type=JSON)
    status: str = Field(default="draft", sa_type=TEXT)
    defined_at: datetime = Field(sa_type=INSTANT)
    opened_at: datetime | None = Field(default=None, sa_type=INSTANT)
    closed_at: datetime | None = Field(default=None, sa_type=INSTANT)


class Case(Row, table=True):
    """One civil servant in one cycle, as far as this service needs to know."""

    __tablename__ = "appraisal_case"
    __table_args__ = (
        Index("appraisal_case_person", "person_id"),
        Index("appraisal_case_unit", "cycle_id", "unit_id", "phase"),
        Index("appraisal_case_line", "line", postgresql_using="gin"),
    )

    case_id: str = Field(primary_key=True, sa_type=TEXT)
    cycle_id: str = Field(foreign_key="cycle.cycle_id", sa_type=TEXT)
    person_id: str = Field(foreign_key="person.person_id", sa_type=TEXT)
    unit_id: str = Field(foreign_key="unit.unit_id", sa_type=TEXT)
    phase: str = Field(sa_type=TEXT)
    phase_due_at: datetime = Field(sa_type=INSTANT)
    passed_over: list[str] = Field(default_factory=list, sa_type=TEXTS)
    """Phases that ran out of time and were passed over by policy."""
    status: str = Field(default="open", sa_type=TEXT)
    """``open``, ``paused`` or ``closed``."""
    outcome: str | None = Field(default=None, sa_type=TEXT)
    line: list[str] = Field(default_factory=list, sa_type=TEXTS)
    """The superiors in force, from the direct supervisor upwards; they may read the case."""
    blind_to: list[str] = Field(default_factory=list, sa_type=TEXTS)
    """Who rates the case anew just now, without sight of its ratings."""
    result_version: int = 0
    """The version of the result that holds; 0 while nothing is scored."""
    opened_at: datetime = Field(sa_type=INSTANT)
    closed_at: datetime | None = Field(default=None, sa_type=INSTANT)


class CaseReader(Row, table=True):
    """Somebody outside the line who may read a case, because a task in it was given to them.

    ``scope`` is a case id, or ``cycle_id/unit_id`` for the release of a whole unit's results.
    """

    __tablename__ = "case_reader"

    person_id: str = Field(primary_key=True, sa_type=TEXT)
    scope: str = Field(primary_key=True, sa_type=TEXT)
