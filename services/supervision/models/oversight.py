"""The independent evaluation team and its draw, the superior's decisions, calibration, and text typed but not sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy import text as sql
from sqlmodel import Field

from services.supervision.models.answers import CASE
from services.supervision.models.base import INSTANT, JSON, TEXT, Row

CYCLE = "cycle.cycle_id"


class Draft(Row, table=True):
    """What somebody typed into a form of a case and has not sent; shown to nobody else."""

    __tablename__ = "draft"

    person_id: str = Field(primary_key=True, sa_type=TEXT)
    case_id: str = Field(primary_key=True, foreign_key=CASE, sa_type=TEXT)
    kind: str = Field(primary_key=True, sa_type=TEXT)
    version: int
    fields: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    saved_at: datetime = Field(sa_type=INSTANT)


class EvaluationMember(Row, table=True):
    """Somebody HR named into a cycle's independent evaluation team."""

    __tablename__ = "evaluation_member"

    cycle_id: str = Field(primary_key=True, foreign_key=CYCLE, sa_type=TEXT)
    person_id: str = Field(primary_key=True, foreign_key="person.person_id", sa_type=TEXT)
    named_by: str = Field(sa_type=TEXT)
    named_at: datetime = Field(sa_type=INSTANT)


class EvaluationConflict(Row, table=True):
    """A conflict of interest a member declared: a relative or another near person, or a whole unit."""

    __tablename__ = "evaluation_conflict"
    __table_args__ = (Index("evaluation_conflict_member", "cycle_id", "member_id"),)

    conflict_id: str = Field(primary_key=True, sa_type=TEXT)
    cycle_id: str = Field(foreign_key=CYCLE, sa_type=TEXT)
    member_id: str = Field(sa_type=TEXT)
    person_id: str | None = Field(default=None, sa_type=TEXT)
    unit_id: str | None = Field(default=None, sa_type=TEXT)
    reason: str = Field(sa_type=TEXT)
    declared_by: str = Field(sa_type=TEXT)
    declared_at: datetime = Field(sa_type=INSTANT)


class EvaluationDraw(Row, table=True):
    """The draw of a cycle: once, from everybody enrolled by then."""

    __tablename__ = "evaluation_draw"

    cycle_id: str = Field(primary_key=True, foreign_key=CYCLE, sa_type=TEXT)
    seed: int
    rate: float
    drawn_at: datetime = Field(sa_type=INSTANT)


class EvaluationLot(Row, table=True):
    """One case of the population a draw was made from. It refers to no case's row, so that a draw waits for no case."""

    __tablename__ = "evaluation_lot"

    case_id: str = Field(primary_key=True, sa_type=TEXT)
    cycle_id: str = Field(sa_type=TEXT, index=True)
    unit_id: str = Field(sa_type=TEXT)
    drawn: bool


class SuperiorDecision(Row, table=True):
    """What the assessor's superior decided on a discrepancy or an extreme category."""

    __tablename__ = "superior_decision"

    case_id: str = Field(primary_key=True, foreign_key=CASE, sa_type=TEXT)
    about: str = Field(primary_key=True, sa_type=TEXT)
    """``discrepancy`` or ``extreme``."""
    changed: bool
    results: str = Field(sa_type=TEXT)
    behaviour: str = Field(sa_type=TEXT)
    reason: str = Field(sa_type=TEXT)
    decided_by: str = Field(sa_type=TEXT)
    decided_at: datetime = Field(sa_type=INSTANT)


class CalibrationMove(Row, table=True):
    """A proposal to move a case's ratings in its unit's calibration, and what the superior decided about it."""

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
    """``open``, ``approved``, ``refused``, or ``overtaken`` where the case left calibration first."""
    decided_by: str | None = Field(default=None, sa_type=TEXT)
    decided_at: datetime | None = Field(default=None, sa_type=INSTANT)
    decision_reason: str = Field(default="", sa_type=TEXT)
