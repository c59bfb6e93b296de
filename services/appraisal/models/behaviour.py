"""360-degree feedback: a case's round, who was asked, what they answered, and what was released of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Field

from services.appraisal.models.base import INSTANT, JSON, TEXT, Row


class FeedbackRound(Row, table=True):
    """The window in which a case's raters answer; once closed it never opens again."""

    __tablename__ = "feedback_round"

    case_id: str = Field(primary_key=True, foreign_key="appraisal_case.case_id", sa_type=TEXT)
    minimum_group: int
    raters_per_group: int
    seed: int
    status: str = Field(sa_type=TEXT)
    opened_at: datetime = Field(sa_type=INSTANT)
    closed_at: datetime | None = Field(default=None, sa_type=INSTANT)


class FeedbackRequest(Row, table=True):
    """Somebody is asked about a case's employee. Says nothing of whether they answered."""

    __tablename__ = "feedback_request"
    __table_args__ = (UniqueConstraint("case_id", "rater_id"), Index("feedback_request_rater", "rater_id"))

    request_id: str = Field(primary_key=True, sa_type=TEXT)
    case_id: str = Field(foreign_key="feedback_round.case_id", sa_type=TEXT)
    rater_id: str = Field(foreign_key="person.person_id", sa_type=TEXT)
    rater_group: str = Field(sa_type=TEXT)
    withdrawn: bool = False


class FeedbackAnswer(Row, table=True):
    """What a rater answered: one row a request, its version rises with each change. It keeps no time, so none can be shown."""

    __tablename__ = "feedback_answer"

    request_id: str = Field(primary_key=True, foreign_key="feedback_request.request_id", sa_type=TEXT)
    version: int
    ratings: dict[str, int] = Field(sa_type=JSON)
    comment: str = Field(default="", sa_type=TEXT)


class FeedbackProposal(Row, table=True):
    """A wish to ask somebody else; the supervisor decides."""

    __tablename__ = "feedback_proposal"
    __table_args__ = (Index("feedback_proposal_open", "case_id", postgresql_where=sql("status = 'open'")),)

    proposal_id: str = Field(primary_key=True, sa_type=TEXT)
    case_id: str = Field(foreign_key="feedback_round.case_id", sa_type=TEXT)
    remove_id: str | None = Field(default=None, foreign_key="person.person_id", sa_type=TEXT)
    add_id: str | None = Field(default=None, foreign_key="person.person_id", sa_type=TEXT)
    reason: str = Field(sa_type=TEXT)
    status: str = Field(sa_type=TEXT)
    proposed_by: str = Field(sa_type=TEXT)
    proposed_at: datetime = Field(sa_type=INSTANT)
    decided_by: str | None = Field(default=None, sa_type=TEXT)
    decided_at: datetime | None = Field(default=None, sa_type=INSTANT)


class FeedbackRelease(Row, table=True):
    """What was released of a case's feedback, once; a trigger of the database refuses any change."""

    __tablename__ = "feedback_release"

    case_id: str = Field(primary_key=True, foreign_key="feedback_round.case_id", sa_type=TEXT)
    bundle: dict[str, Any] = Field(sa_type=JSON)
    released_at: datetime = Field(sa_type=INSTANT)
