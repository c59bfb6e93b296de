"""Answers about how far units are in a cycle, and what citizens say of them."""

from __future__ import annotations

from services.supervision.domain.citizens import Grade
from services.supervision.domain.stages import Stage
from services.supervision.views import View


class UnitProgress(View):
    """A unit with all units below it: cases by stage, those that are late or paused; and the unit's own citizens."""

    unit_id: str
    unit_name: str
    cases: int
    stages: dict[Stage, int]
    overdue: int
    paused: int
    answers: int
    index: float | None
    grade: Grade | None
    complaints: int
    standing: int


class ProgressView(View):
    """A unit and those directly below it, in a cycle."""

    cycle_id: str
    year: int
    unit: UnitProgress
    units: list[UnitProgress]
