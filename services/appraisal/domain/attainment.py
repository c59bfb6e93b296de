"""How far a plan was reached: each indicator in percent of its target, and the plan as the weighted whole.

The numeric method (PP 30/2019, PermenPANRB 6/2022 on quantitative plans) compares what was reached with what was agreed. A
start value counts, so progress is measured over the way from start to target. What nobody reported is missing: it is named
and left out, never zero.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.appraisal.domain.exact import half_up
from services.appraisal.domain.exact import mean as weighted_mean
from services.appraisal.domain.plan import Indicator, Objective, Plan
from services.appraisal.domain.words import Direction

LOWEST = 0.0
MET = 100.0
HIGHEST = 120.0
"""No indicator counts for more than this, however far it went beyond its target."""
INDICATOR_DECIMALS = 4
PLAN_DECIMALS = 2


@dataclass(frozen=True)
class IndicatorAttainment:
    """One indicator; ``percent`` is None where target or realisation is missing."""

    indicator_id: str
    realised: float | None
    percent: float | None


@dataclass(frozen=True)
class ObjectiveAttainment:
    """One objective: the plain mean of its indicators that could be measured; None where none could."""

    objective_id: str
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


def attainment(indicator: Indicator, realised: float | None) -> float | None:
    """What was reached of an indicator's target, in percent from 0 to ``HIGHEST``; None where target or realisation is missing.

    - More is better: the share of the way from the start value (0 without one) to the target.
    - Less is better: 100 at the target, and as much above as the realisation stays below (2 - realised / target). With a start
      value above the target: the share of the way down.
    - Range: 100 from ``target`` to ``target_to``; below it as *more* towards its lower end, above it as *less* towards its upper end.
    - Date: as *less* over the days planned, counted from the start date, or from the first day of the target's year.

    A start value that does not lie before the target is passed over. Where no way is left to measure (a target of 0), see ``met``.
    """
    if indicator.target is None or realised is None:
        return None
    baseline = indicator.baseline
    match indicator.direction:
        case Direction.MORE:
            share = _upwards(indicator.target, realised, baseline)
        case Direction.LESS:
            share = _downwards(indicator.target, realised, baseline)
        case Direction.RANGE:
            share = _between(indicator.target, indicator.target_to, realised, baseline)
        case Direction.DATE:
            start = _day_before(indicator.target) if baseline is None or baseline >= indicator.target else baseline
            share = _downwards(indicator.target - start, realised - start, None)
    return round(min(max(share * MET, LOWEST), HIGHEST), INDICATOR_DECIMALS)


def met(*, reached: bool) -> float:
    """The rule for a target of 0, of which no share can be taken: reached counts in full, not reached counts nothing."""
    return 1.0 if reached else 0.0


def plan_attainment(plan: Plan, realised: Mapping[str, float | None]) -> PlanAttainment:
    """What was reached of a plan: objectives by their weights, an objective's indicators equally.

    What cannot be measured is named in ``missing`` and left out, and the weights of the rest make up the whole.
    """
    rows = tuple(_objective(objective, realised) for objective in plan.objectives)
    counted = [(row.weight, row.percent) for row in rows if row.weight is not None and row.percent is not None]
    percent = half_up(weighted_mean(counted), PLAN_DECIMALS) if any(weight > 0 for weight, _ in counted) else None
    missing = [row.indicator_id for objective in rows for row in objective.indicators if row.percent is None]
    missing += [row.objective_id for row in rows if row.weight is None]
    return PlanAttainment(percent, rows, tuple(missing))


def _objective(objective: Objective, realised: Mapping[str, float | None]) -> ObjectiveAttainment:
    rows = []
    for indicator in objective.indicators:
        value = realised.get(indicator.indicator_id)
        percent = attainment(indicator, value)
        rows.append(IndicatorAttainment(indicator.indicator_id, value, percent))
    measured = [row.percent for row in rows if row.percent is not None]
    mean = round(math.fsum(measured) / len(measured), INDICATOR_DECIMALS) if measured else None
    return ObjectiveAttainment(objective.objective_id, objective.weight, mean, tuple(rows))


def _upwards(target: float, realised: float, baseline: float | None) -> float:
    start = 0.0 if baseline is None or baseline >= target else baseline
    if target <= start:
        return met(reached=realised >= target)
    return (realised - start) / (target - start)


def _downwards(target: float, realised: float, baseline: float | None) -> float:
    if baseline is not None and baseline > target:
        return (baseline - realised) / (baseline - target)
    if target <= 0:
        return met(reached=realised <= target)
    return 2 - realised / target


def _between(low: float, high: float | None, realised: float, baseline: float | None) -> float:
    top = low if high is None else high
    if realised < low:
        return min(_upwards(low, realised, baseline), 1.0)
    if realised > top:
        return min(_downwards(top, realised, baseline), 1.0)
    return 1.0


def _day_before(target: float) -> float:
    """The last day of the year before the target's, so that 1 January is day 1."""
    day = min(max(int(target), date.min.toordinal()), date.max.toordinal())
    return float(date.fromordinal(day).replace(month=1, day=1).toordinal() - 1)
