"""How far a plan was reached: each indicator in percent of its target, and the plan as the weighted whole.

The numeric method (PP 30/2019, PermenPANRB 6/2022 on quantitative plans) compares what was reached with what was agreed. A
start value counts, so progress is measured over the way from start to target. What nobody reported is missing: it is named
and left out, never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from services.appraisal.domain.exact import exact, half_up
from services.appraisal.domain.exact import mean as weighted_mean
from services.appraisal.domain.plan import Indicator, Objective, Plan
from services.appraisal.domain.words import Direction

LOWEST = 0.0
MET = 100.0
HIGHEST = 120.0
"""No indicator counts for more than this, however far it went beyond its target."""
INDICATOR_DECIMALS = 4
PLAN_DECIMALS = 2


class Formula(StrEnum):
    """How the share of a target is taken."""

    WAY = "way"
    """(reached - start) / (goal - start)."""
    UNDER = "under"
    """2 - (reached - start) / (goal - start): as much above the whole as the realisation stays below the goal."""
    MET = "met"
    """Reached counts in full, not reached counts nothing: within a range, or where no way is left to measure."""


@dataclass(frozen=True)
class Measure:
    """An indicator's realisation as the numbers its share is computed from; enough to compute it by hand."""

    formula: Formula
    start: float
    goal: float
    reached: float
    highest: float
    """The percentage that is not passed, however far the realisation goes."""
    met: bool = False

    @property
    def percent(self) -> float:
        """From ``LOWEST`` to ``highest``, rounded half up to four decimals."""
        share = exact(MET) * self._share()
        return half_up(min(max(share, exact(LOWEST)), exact(self.highest)), INDICATOR_DECIMALS)

    def _share(self) -> Fraction:
        if self.formula is Formula.MET:
            return Fraction(self.met)
        part = (exact(self.reached) - exact(self.start)) / (exact(self.goal) - exact(self.start))
        return part if self.formula is Formula.WAY else 2 - part


@dataclass(frozen=True)
class IndicatorAttainment:
    """One indicator; ``measure`` is None where target or realisation is missing."""

    indicator: Indicator
    realised: float | None
    measure: Measure | None

    @property
    def indicator_id(self) -> str:
        return self.indicator.indicator_id

    @property
    def percent(self) -> float | None:
        return self.measure.percent if self.measure else None


@dataclass(frozen=True)
class ObjectiveAttainment:
    """One objective: the plain mean of its indicators that could be measured; None where none could."""

    objective_id: str
    title: str
    weight: float | None
    percent: float | None
    indicators: tuple[IndicatorAttainment, ...]


@dataclass(frozen=True)
class PlanAttainment:
    """A plan: the mean of its measured objectives by weight; None where nothing could be measured."""

    percent: float | None
    rows: tuple[ObjectiveAttainment, ...]
    missing: tuple[str, ...]
    """What was left out: ids of indicators without target or realisation, and of objectives without a weight."""


def measure(indicator: Indicator, realised: float | None) -> Measure | None:
    """What was reached of an indicator's target; None where target or realisation is missing.

    - More is better: the share of the way from the start value (0 without one) to the target.
    - Less is better: 100 at the target, and as much above as the realisation stays below (2 - realised / target). With a start
      value above the target: the share of the way down.
    - Range: 100 from ``target`` to ``target_to``; below it as *more* towards its lower end, above it as *less* towards its upper end.
    - Date: as *less* over the days planned, counted from the start date, or from the first day of the target's year.

    A start value that does not lie before the target is passed over. Where no way is left to measure (a target of 0), reached
    counts in full and not reached counts nothing.
    """
    if indicator.target is None or realised is None:
        return None
    target, baseline = indicator.target, indicator.baseline
    match indicator.direction:
        case Direction.MORE:
            return _upwards(target, realised, baseline)
        case Direction.LESS:
            return _downwards(target, realised, baseline)
        case Direction.RANGE:
            return _between(target, indicator.target_to, realised, baseline)
        case Direction.DATE:
            start = _day_before(target) if baseline is None or baseline >= target else baseline
            return _below(start, target, realised)


def attainment(indicator: Indicator, realised: float | None) -> float | None:
    """What was reached of an indicator's target, in percent from 0 to ``HIGHEST``; None where target or realisation is missing."""
    found = measure(indicator, realised)
    return found.percent if found else None


def plan_attainment(plan: Plan, realised: Mapping[str, float | None]) -> PlanAttainment:
    """What was reached of a plan: objectives by their weights, an objective's indicators equally."""
    return by_weight(objective_attainment(objective, realised) for objective in plan.objectives)


def objective_attainment(objective: Objective, realised: Mapping[str, float | None]) -> ObjectiveAttainment:
    """What was reached of an objective: the mean of its indicators that could be measured, rounded half up to four decimals."""
    rows = []
    for indicator in objective.indicators:
        value = realised.get(indicator.indicator_id)
        rows.append(IndicatorAttainment(indicator, value, measure(indicator, value)))
    measured = [(1, row.percent) for row in rows if row.percent is not None]
    mean = half_up(weighted_mean(measured), INDICATOR_DECIMALS) if measured else None
    return ObjectiveAttainment(objective.objective_id, objective.title, objective.weight, mean, tuple(rows))


def by_weight(objectives: Iterable[ObjectiveAttainment]) -> PlanAttainment:
    """The plan's mean of its objectives by weight, rounded half up to two decimals.

    What cannot be measured is named in ``missing`` and left out, and the weights of the rest make up the whole.
    """
    rows = tuple(objectives)
    counted = [(row.weight, row.percent) for row in rows if row.weight is not None and row.percent is not None]
    percent = half_up(weighted_mean(counted), PLAN_DECIMALS) if any(weight > 0 for weight, _ in counted) else None
    missing = [row.indicator_id for objective in rows for row in objective.indicators if row.percent is None]
    missing += [row.objective_id for row in rows if row.weight is None]
    return PlanAttainment(percent, rows, tuple(missing))


def _upwards(target: float, realised: float, baseline: float | None, highest: float = HIGHEST) -> Measure:
    start = 0.0 if baseline is None or baseline >= target else baseline
    if target <= start:
        return _met(target, realised, highest, reached=realised >= target)
    return Measure(Formula.WAY, start, target, realised, highest)


def _downwards(target: float, realised: float, baseline: float | None, highest: float = HIGHEST) -> Measure:
    if baseline is not None and baseline > target:
        return Measure(Formula.WAY, baseline, target, realised, highest)
    return _below(0.0, target, realised, highest)


def _below(start: float, target: float, realised: float, highest: float = HIGHEST) -> Measure:
    if target <= start:
        return _met(target, realised, highest, reached=realised <= target)
    return Measure(Formula.UNDER, start, target, realised, highest)


def _between(low: float, high: float | None, realised: float, baseline: float | None) -> Measure:
    top = low if high is None else high
    if realised < low:
        return _upwards(low, realised, baseline, MET)
    if realised > top:
        return _downwards(top, realised, baseline, MET)
    return _met(low, realised, MET, reached=True)


def _met(goal: float, realised: float, highest: float, *, reached: bool) -> Measure:
    return Measure(Formula.MET, goal, goal, realised, highest, met=reached)


def _day_before(target: float) -> float:
    """The last day of the year before the target's, so that 1 January is day 1."""
    day = min(max(int(target), date.min.toordinal()), date.max.toordinal())
    return float(date.fromordinal(day).replace(month=1, day=1).toordinal() - 1)
