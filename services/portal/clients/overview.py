"""The leaders' overview: units by category (appraisal), and how far they are with what citizens say (supervision)."""

from __future__ import annotations

from services.portal.clients.base import ServiceClient, View
from services.portal.clients.distribution import PatternCondition


class UnitName(View):
    unit_id: str
    unit_name: str


class Figures(View):
    """Results by category; what is left out is too few to show and counts in the unit above."""

    shown: int = 0
    left_out: int = 0
    counts: dict[str, int] = {}

    def share(self, *categories: str) -> float | None:
        """How many of a hundred have one of these categories; None where nothing is shown."""
        return round(sum(self.counts.get(one, 0) for one in categories) * 100 / self.shown, 1) if self.shown else None


class UnitFigures(UnitName, Figures):
    units_below: int = 0
    cases: int = 0
    organisation_result: str | None = None
    conforms: bool | None = None
    conditions: list[PatternCondition] = []


class YearFigures(Figures):
    year: int
    cycle_id: str | None = None
    source: str


class Overview(View):
    """A unit, those below it, and the years. ``itself``: the unit's own people, with what was too small below."""

    cycle_id: str
    year: int
    minimum_group: int
    starts: list[UnitName] = []
    above: list[UnitName] = []
    unit: UnitFigures
    itself: Figures = Figures()
    units: list[UnitFigures] = []
    years: list[YearFigures] = []


class UnitProgress(UnitName):
    """Cases by stage of the year with all units below; the unit's own citizens."""

    cases: int = 0
    stages: dict[str, int] = {}
    overdue: int = 0
    paused: int = 0
    answers: int = 0
    index: float | None = None
    grade: str | None = None
    complaints: int = 0
    standing: int = 0


class Progress(View):
    unit: UnitProgress
    units: list[UnitProgress] = []


class OverviewCalls(ServiceClient):
    """What the appraisal service tells leaders."""

    async def overview(self, token: str, cycle_id: str, unit_id: str = "") -> Overview:
        """A unit's figures; without a unit those of the first the visitor may begin with."""
        return Overview.model_validate((await self.get(token, f"/cycles/{cycle_id}/overview", unit_id=unit_id)).body)


class ProgressCalls(ServiceClient):
    """What the supervision service tells leaders."""

    async def unit_progress(self, token: str, cycle_id: str, unit_id: str) -> Progress:
        return Progress.model_validate((await self.get(token, f"/units/{unit_id}/progress", cycle_id=cycle_id)).body)
