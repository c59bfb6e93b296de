"""What people answered: one row per case and kind (per number for check-ins), with a version where it can be saved again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Field

from services.supervision.models.base import INSTANT, JSON, TEXT, TEXTS, Row

CASE = "appraisal_case.case_id"


class CheckIn(Row, table=True):
    """A periodic evaluation (evaluasi periodik) that took place."""

    __tablename__ = "check_in"
    __table_args__ = (UniqueConstraint("case_id", "number", name="check_in_number"),)

    check_in_id: str = Field(primary_key=True, sa_type=TEXT)
    case_id: str = Field(foreign_key=CASE, sa_type=TEXT)
    number: int
    agenda: str = Field(default="", sa_type=TEXT)
    progress: str = Field(sa_type=TEXT)
    obstacles: str = Field(default="", sa_type=TEXT)
    help_needed: str = Field(default="", sa_type=TEXT)
    follow_up: str = Field(default="", sa_type=TEXT)
    results: str | None = Field(default=None, sa_type=TEXT)
    behaviour: str | None = Field(default=None, sa_type=TEXT)
    recorded_by: str = Field(sa_type=TEXT)
    recorded_at: datetime = Field(sa_type=INSTANT)


class Review(Row, table=True):
    """The supervisor's rating of results and behaviour: a draft, then submitted."""

    __tablename__ = "review"

    case_id: str = Field(primary_key=True, foreign_key=CASE, sa_type=TEXT)
    version: int = 1
    status: str = Field(default="draft", sa_type=TEXT)
    results: str | None = Field(default=None, sa_type=TEXT)
    behaviour: str | None = Field(default=None, sa_type=TEXT)
    results_reason: str = Field(default="", sa_type=TEXT)
    behaviour_reason: str = Field(default="", sa_type=TEXT)
    value_ratings: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    new_idea: bool = Field(default=False, sa_column_kwargs={"server_default": sql("false")})
    reviewer_id: str = Field(sa_type=TEXT)
    saved_at: datetime = Field(sa_type=INSTANT)
    submitted_at: datetime | None = Field(default=None, sa_type=INSTANT)


class Evaluation(Row, table=True):
    """The independent evaluator's own rating, given without sight of the review's; null in evaluations from before they rated."""

    __tablename__ = "evaluation"

    case_id: str = Field(primary_key=True, foreign_key=CASE, sa_type=TEXT)
    evaluator_id: str = Field(sa_type=TEXT)
    results: str | None = Field(default=None, sa_type=TEXT)
    behaviour: str | None = Field(default=None, sa_type=TEXT)
    concurs: bool
    discrepant: bool = False
    """Whether it differs from the review so far that the superior decides."""
    findings: str = Field(sa_type=TEXT)
    evaluated_at: datetime = Field(sa_type=INSTANT)


class Release(Row, table=True):
    """The release of a result by the unit's head."""

    __tablename__ = "result_release"

    case_id: str = Field(primary_key=True, foreign_key=CASE, sa_type=TEXT)
    released_by: str = Field(sa_type=TEXT)
    reason: str = Field(sa_type=TEXT)
    released_at: datetime = Field(sa_type=INSTANT)


class FeedbackSession(Row, table=True):
    """The yearly feedback session (sesi evaluasi tahunan); with it the result counts as received."""

    __tablename__ = "feedback_session"

    case_id: str = Field(primary_key=True, foreign_key=CASE, sa_type=TEXT)
    held_at: datetime = Field(sa_type=INSTANT)
    minutes: str = Field(sa_type=TEXT)
    improvement_items: list[str] = Field(default_factory=list, sa_type=TEXTS)
    held_by: str = Field(sa_type=TEXT)
    received_at: datetime = Field(sa_type=INSTANT)
    objection_until: datetime = Field(sa_type=INSTANT)
    version: int = 1
    """Raised when the minutes are amended; signatures under the earlier ones are void then."""


class Acknowledgement(Row, table=True):
    """The employee accepted the result."""

    __tablename__ = "acknowledgement"

    case_id: str = Field(primary_key=True, foreign_key=CASE, sa_type=TEXT)
    person_id: str = Field(sa_type=TEXT)
    comment: str = Field(default="", sa_type=TEXT)
    acknowledged_at: datetime = Field(sa_type=INSTANT)


class Objection(Row, table=True):
    """The employee's objection and its decision (PP 30/2019 article 59); one per case, decided once."""

    __tablename__ = "objection"

    case_id: str = Field(primary_key=True, foreign_key=CASE, sa_type=TEXT)
    objection_id: str = Field(unique=True, sa_type=TEXT)
    person_id: str = Field(sa_type=TEXT)
    reasons: str = Field(sa_type=TEXT)
    evidence: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    """Links, or ids of evidence handed in during the year; the files themselves are kept where they were handed in."""
    filed_at: datetime = Field(sa_type=INSTANT)
    decided_by: str | None = Field(default=None, sa_type=TEXT)
    decided_at: datetime | None = Field(default=None, sa_type=INSTANT)
    changed: bool | None = None
    results: str | None = Field(default=None, sa_type=TEXT)
    behaviour: str | None = Field(default=None, sa_type=TEXT)
    reason: str = Field(default="", sa_type=TEXT)


class SupervisorCorrection(Row, table=True):
    """Somebody says that a case's recorded supervisor is wrong, and what HR decided about it."""

    __tablename__ = "supervisor_correction"
    __table_args__ = (
        Index("supervisor_correction_one_open", "case_id", unique=True, postgresql_where=sql("status = 'open'")),
        Index("supervisor_correction_case", "case_id"),
    )

    correction_id: str = Field(primary_key=True, sa_type=TEXT)
    case_id: str = Field(foreign_key=CASE, sa_type=TEXT)
    asked_by: str = Field(sa_type=TEXT)
    proposed_supervisor_id: str | None = Field(default=None, sa_type=TEXT)
    reason: str = Field(sa_type=TEXT)
    asked_at: datetime = Field(sa_type=INSTANT)
    status: str = Field(default="open", sa_type=TEXT)
    supervisor_id: str | None = Field(default=None, sa_type=TEXT)
    decided_by: str | None = Field(default=None, sa_type=TEXT)
    decision_reason: str = Field(default="", sa_type=TEXT)
    decided_at: datetime | None = Field(default=None, sa_type=INSTANT)
