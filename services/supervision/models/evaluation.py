"""The independent evaluation (tim evaluasi independen): its team, declared conflicts, the draw, and the superior's decisions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from services.supervision.models.answers import CASE
from services.supervision.models.base import INSTANT, TEXT, Row

CYCLE = "cycle.cycle_id"


class EvaluationMember(Row, table=True):
    """Somebody HR named into a cycle's independent evaluation team."""

    __tablename__ = "evaluation_member"

    cycle_id: str = Field(primary_key=True, foreign_key=CYCLE, sa_type=TEXT)
    person_id: str = Field(primary_key=True, foreign_key="person.person_id", sa_type=TEXT)
    named_by: str = Field(sa_type=TEXT)
    named_at: datetime = Field(sa_type=INSTANT)


class EvaluationConflict(Row, table=True):
    """A conflict of interest that was declared: a relative or another near person, or a whole unit."""

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
    """The draw of a cycle: once, from everybody whose result is not received by then."""

    __tablename__ = "evaluation_draw"

    cycle_id: str = Field(primary_key=True, foreign_key=CYCLE, sa_type=TEXT)
    seed: int = Field(sa_type=BigInteger)
    rate: float
    drawn_by: str | None = Field(default=None, sa_type=TEXT)
    """Who of HR had it drawn; None where the cycle's first review did."""
    drawn_at: datetime = Field(sa_type=INSTANT)


class EvaluationLot(Row, table=True):
    """One case of the population a draw was made from. It refers to no case's row, so that a draw waits for no case."""

    __tablename__ = "evaluation_lot"

    case_id: str = Field(primary_key=True, sa_type=TEXT)
    cycle_id: str = Field(sa_type=TEXT, index=True)
    unit_id: str = Field(sa_type=TEXT)
    drawn: bool


class EvaluationDecision(Row, table=True):
    """What the assessor's superior decided with the review and the second review in view."""

    __tablename__ = "evaluation_decision"

    case_id: str = Field(primary_key=True, foreign_key=CASE, sa_type=TEXT)
    changed: bool
    results: str = Field(sa_type=TEXT)
    behaviour: str = Field(sa_type=TEXT)
    reason: str = Field(sa_type=TEXT)
    decided_by: str = Field(sa_type=TEXT)
    decided_at: datetime = Field(sa_type=INSTANT)
