"""Signatures under the minutes of a feedback session, and the employee's view of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from services.supervision.models.answers import CASE
from services.supervision.models.base import INSTANT, JSON, TEXT, Row


class SessionSignature(Row, table=True):
    """A signature, or the refusal to sign, with what was signed. Rows are added, never changed but for their withdrawal."""

    __tablename__ = "session_signature"
    __table_args__ = (Index("session_signature_case", "case_id", "signed_at"),)

    signature_id: str = Field(primary_key=True, sa_type=TEXT)
    case_id: str = Field(foreign_key=CASE, sa_type=TEXT)
    party: str = Field(sa_type=TEXT)
    """employee or supervisor."""
    person_id: str = Field(sa_type=TEXT)
    content_hash: str = Field(sa_type=TEXT)
    content: str = Field(sa_type=TEXT)
    """The canonical text that was signed, so that what the hash stands for can be read for ever."""
    signed_at: datetime = Field(sa_type=INSTANT)
    refused: bool = False
    reason: str = Field(default="", sa_type=TEXT)
    withdrawn_at: datetime | None = Field(default=None, sa_type=INSTANT)
    withdrawn_reason: str = Field(default="", sa_type=TEXT)


class SessionOpinion(Row, table=True):
    """What the employee says about the session, for the leader's superior."""

    __tablename__ = "session_opinion"
    __table_args__ = (Index("session_opinion_leader", "leader_id"),)

    case_id: str = Field(primary_key=True, foreign_key=CASE, sa_type=TEXT)
    person_id: str = Field(sa_type=TEXT)
    leader_id: str = Field(sa_type=TEXT)
    ratings: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    comment: str = Field(default="", sa_type=TEXT)
    given_at: datetime = Field(sa_type=INSTANT)
    version: int = 1
