"""Proposals of the next year's cycle."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field

from services.appraisal.models.base import INSTANT, JSON, TEXT, Row


class CycleProposal(Row, table=True):
    """A cycle proposed from the one of the year before. Approved, it is a cycle like any other."""

    __tablename__ = "cycle_proposal"

    cycle_id: str = Field(primary_key=True, sa_type=TEXT)
    from_cycle_id: str = Field(sa_type=TEXT)
    year: int
    template: dict[str, Any] = Field(sa_type=JSON)
    """The definition it was proposed from, as it was then."""
    definition: dict[str, Any] = Field(sa_type=JSON)
    status: str = Field(default="waiting", sa_type=TEXT)
    """``waiting``, ``approved`` or ``withdrawn``."""
    version: int = 1
    proposed_at: datetime = Field(sa_type=INSTANT)
    decided_at: datetime | None = Field(default=None, sa_type=INSTANT)
    decided_by: str | None = Field(default=None, sa_type=TEXT)
    reason: str = Field(default="", sa_type=TEXT)
    """Why it was withdrawn."""
