"""Answers about how far the units are."""

from __future__ import annotations

from pydantic import BaseModel

from contracts.cycle import Phase


class UnitProgress(BaseModel):
    """A unit's cases of a cycle; ``phases`` names those in which there is any."""

    unit_id: str
    unit_name: str
    cases: int
    overdue: int
    paused: int
    phases: dict[Phase, int]
