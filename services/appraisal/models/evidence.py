"""What was reached through the year, and the evidence of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlalchemy import text as sql
from sqlmodel import Field

from services.appraisal.models.base import INSTANT, TEXT, Row


class Progress(Row, table=True):
    """What was reached of one indicator in one period; one row, its version rises with every change."""

    __tablename__ = "progress"

    case_id: str = Field(primary_key=True, foreign_key="appraisal_case.case_id", sa_type=TEXT)
    indicator_id: str = Field(primary_key=True, sa_type=TEXT)
    period: str = Field(primary_key=True, sa_type=TEXT)
    version: int
    value: float | None = None
    """None is not reported, which is not zero."""
    note: str = Field(default="", sa_type=TEXT)
    saved_at: datetime = Field(sa_type=INSTANT)


class Evidence(Row, table=True):
    """A file or a link that shows what was reached. A removed one stays as a row; a trigger of the database refuses anything else."""

    __tablename__ = "evidence"
    __table_args__ = (
        Index("evidence_case", "case_id", "added_at", "evidence_id"),
        Index("evidence_content", "sha256", postgresql_where=sql("removed_at IS NULL")),
    )

    evidence_id: str = Field(primary_key=True, sa_type=TEXT)
    case_id: str = Field(foreign_key="appraisal_case.case_id", sa_type=TEXT)
    indicator_id: str = Field(sa_type=TEXT)
    kind: str = Field(sa_type=TEXT)
    name: str = Field(sa_type=TEXT)
    note: str = Field(default="", sa_type=TEXT)
    url: str | None = Field(default=None, sa_type=TEXT)
    media_type: str | None = Field(default=None, sa_type=TEXT)
    size: int | None = Field(default=None, sa_type=BigInteger)
    sha256: str | None = Field(default=None, sa_type=TEXT)
    """Where the content is kept, for a file."""
    added_at: datetime = Field(sa_type=INSTANT)
    added_by: str = Field(sa_type=TEXT)
    removed_at: datetime | None = Field(default=None, sa_type=INSTANT)
    removal_reason: str | None = Field(default=None, sa_type=TEXT)
