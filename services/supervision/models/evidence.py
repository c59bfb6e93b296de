"""Which evidence the appraisal service keeps of a case: ids alone, so that what an objection names can be checked."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field

from services.supervision.models.base import TEXT, Row


class KnownEvidence(Row, table=True):
    """A piece of evidence of a case, and whether it was taken back."""

    __tablename__ = "known_evidence"
    __table_args__ = (Index("known_evidence_case", "case_id"),)

    evidence_id: str = Field(primary_key=True, sa_type=TEXT)
    case_id: str = Field(sa_type=TEXT)
    removed: bool = False
