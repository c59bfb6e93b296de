"""What the leaders' overview shows of a unit: figures of the services put side by side, as rows of charts and tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from services.portal import charts
from services.portal.charts import Kind, Limit, Row
from services.portal.clients.distribution import Distribution, PatternCondition
from services.portal.clients.overview import Figures, Overview, Progress, UnitFigures, UnitProgress

CATEGORIES = ("sangat_baik", "baik", "butuh_perbaikan", "kurang", "sangat_kurang")
GOOD, WEAK = ("sangat_baik", "baik"), ("butuh_perbaikan", "kurang", "sangat_kurang")
STAGES = ("planning", "monitoring", "appraisal", "checks", "follow_up", "closed")
UNITS_A_PAGE = 20
WITH_LIMIT = ("at_most", "at_least")

Text = Callable[..., str]


@dataclass(frozen=True)
class Compared:
    """A unit in the comparison: its results, how far it is where that is known, and what citizens say of it."""

    figures: UnitFigures
    progress: UnitProgress | None

    @property
    def closed(self) -> int | None:
        """How many of a hundred cases are closed."""
        found = self.progress
        return round(found.stages.get("closed", 0) * 100 / found.cases) if found and found.cases else None


def compared(found: Overview, progress: Progress | None, page: int) -> list[Compared]:
    """A page of the units below, each with its progress."""
    known = {one.unit_id: one for one in progress.units} if progress else {}
    first = (page - 1) * UNITS_A_PAGE
    return [Compared(one, known.get(one.unit_id)) for one in found.units[first : first + UNITS_A_PAGE]]


def pages_of(found: Overview) -> int:
    return max(1, -(-len(found.units) // UNITS_A_PAGE))


def stage_chart(t: Text, progress: UnitProgress, units: list[Compared]) -> Markup:
    """Where the cases of a unit and of those below it stand."""
    shown = [progress, *(one.progress for one in units if one.progress and one.progress.cases)]
    rows = [Row(one.unit_name, dict(one.stages), t("leadership.no_cases")) for one in shown]
    kinds = [Kind(stage, t(f"stage.{stage}")) for stage in STAGES]
    return charts.stacked("stages", t("leadership.stages_title", unit=progress.unit_name), t("leadership.stages_about"), kinds, rows)


def category_chart(t: Text, title: str, figures: Figures, conditions: list[PatternCondition]) -> Markup:
    """Each category's share, with the limits the pattern sets to single categories."""
    kinds = [Kind(category, t(f"category.{category}")) for category in CATEGORIES]
    rows = [
        Row(kind.name, {kind.key: share}, limits=limits_of(t, kind.key, conditions))
        for kind in kinds
        if (share := figures.share(kind.key)) is not None
    ]
    return charts.bars("categories", title, t("leadership.categories_about"), kinds, rows, most=100, unit=" %", legend=False)


def limits_of(t: Text, category: str, conditions: list[PatternCondition]) -> tuple[Limit, ...]:
    """What the pattern says of a category alone, as lines of a chart in percent."""
    return tuple(
        Limit(one.percent, t(f"leadership.{one.demand}", percent=one.percent))
        for one in conditions
        if one.demand in WITH_LIMIT and one.categories == [category] and one.percent is not None
    )


def calibration_chart(t: Text, now: Distribution, after: Distribution | None) -> Markup:
    """Each category's share as it is and, where something is proposed or tried, as it would be, with the limits of the pattern."""
    kinds = [Kind("now", t("calibrate_preview.now")), *([Kind("after", t("calibrate_preview.after"))] if after else [])]
    rows = []
    for category in CATEGORIES:
        values = {
            kind.key: one.counts.get(category, 0) * 100 / max(one.scored, 1) for kind, one in zip(kinds, (now, after), strict=False) if one
        }
        rows.append(Row(t(f"category.{category}"), values, limits=limits_of(t, category, now.conditions)))
    title = t("distribution.table", unit=now.unit_name)
    return charts.bars("pattern", title, t("calibrate_preview.chart_about"), kinds, rows, most=100, unit=" %")


def citizen_chart(t: Text, units: list[Compared]) -> Markup:
    """The share of good results of each unit beside its index of public satisfaction."""
    kinds = [Kind("good", t("leadership.good_share")), Kind("index", t("citizens.index"))]
    rows = []
    for one in units:
        values = {"good": one.figures.share(*GOOD), "index": one.progress.index if one.progress else None}
        rows.append(Row(one.figures.unit_name, {key: value for key, value in values.items() if value is not None}, t("leadership.nothing")))
    return charts.bars("citizens", t("leadership.citizens_title"), t("leadership.citizens_about"), kinds, rows, most=100)


def year_chart(t: Text, found: Overview) -> Markup:
    """Good results, and those that need improvement, through the years."""
    kinds = [Kind("good", t("leadership.good_share")), Kind("weak", t("leadership.weak_share"))]
    points = []
    for one in found.years:
        values = {"good": one.share(*GOOD), "weak": one.share(*WEAK)}
        points.append(Row(str(one.year), {key: value for key, value in values.items() if value is not None}))
    title = t("leadership.years_title", unit=found.unit.unit_name)
    return charts.lines("years", title, t("leadership.years_about"), kinds, points, most=100, unit=" %")


HELPERS: dict[str, Any] = {
    "CATEGORIES": CATEGORIES,
    "GOOD": GOOD,
    "WEAK": WEAK,
    "STAGES": STAGES,
    "stage_chart": stage_chart,
    "category_chart": category_chart,
    "calibration_chart": calibration_chart,
    "citizen_chart": citizen_chart,
    "year_chart": year_chart,
}
