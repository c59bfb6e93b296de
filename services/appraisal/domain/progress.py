"""What was reached through the year: periods, the whole of a year's reports, and what is late or behind.

PermenPANRB 6/2022, implementation: performance is documented and watched through the year, not only at its end.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from services.appraisal.domain.attainment import MET, attainment
from services.appraisal.domain.indicator_state import IndicatorState, state_of
from services.appraisal.domain.plan import LARGEST_NUMBER, Indicator, Plan
from services.appraisal.domain.words import Aspect, Direction, InputError

GRACE_DAYS = 7
"""Days after the end of a period within which its report is not late yet."""


class Periods(StrEnum):
    """How a cycle divides its year."""

    MONTH = "month"
    QUARTER = "quarter"


class Cumulation(StrEnum):
    """How the reports of single periods make up the whole."""

    SUM = "sum"
    LAST = "last"


CUMULATION: Mapping[Aspect, Cumulation] = {
    Aspect.QUANTITY: Cumulation.SUM,
    Aspect.QUALITY: Cumulation.LAST,
    Aspect.TIME: Cumulation.LAST,
    Aspect.COST: Cumulation.LAST,
}
"""The rule by aspect: quantities add up; of quality, time and cost the newest report holds."""


class Standing(StrEnum):
    """How an indicator stands today, worst first."""

    OVERDUE = "overdue"
    """A period ended and nothing is reported for it, or a day has passed and what was due on it is not done."""
    BEHIND = "behind"
    """Less was reached than the part of the year gone by would need, or it was done after its day."""
    ON_TRACK = "on_track"
    REACHED = "reached"
    """The target of the whole year is reached."""
    NOT_STARTED = "not_started"
    """Nothing is reported, and nothing had to be."""


@dataclass(frozen=True)
class Period:
    """A month or a quarter of a year."""

    code: str
    starts_on: date
    ends_on: date

    def begun(self, today: date) -> bool:
        return self.starts_on <= today

    def ended(self, today: date) -> bool:
        return self.ends_on < today

    def late(self, today: date) -> bool:
        return self.ends_on + timedelta(days=GRACE_DAYS) < today


@dataclass(frozen=True)
class Report:
    """What was reported of an indicator for a period; None is not reported, which is not zero."""

    indicator_id: str
    value: float | None
    note: str = ""


@dataclass(frozen=True)
class Whole:
    """The year so far of one indicator: the value, how it came about, and from how many periods."""

    value: float | None
    rule: Cumulation
    periods: tuple[str, ...]


def periods_of(year: int, division: Periods) -> tuple[Period, ...]:
    """The periods of a year in their order."""
    months = 1 if division is Periods.MONTH else 3
    found = []
    for place in range(12 // months):
        first = date(year, place * months + 1, 1)
        after = date(year + (place + 1) * months // 12, (place + 1) * months % 12 + 1, 1)
        code = f"{year}-{place + 1:02d}" if division is Periods.MONTH else f"{year}-Q{place + 1}"
        found.append(Period(code, first, after - timedelta(days=1)))
    return tuple(found)


def check_reports(reports: Sequence[Report], period: Period, plan: Plan | None, today: date) -> list[InputError]:
    """What cannot be reported: for a period still to come, of indicators that are not in the plan, twice of one, or no number."""
    if not period.begun(today):
        return [InputError("period", f"{period.code} has not begun", f"report it from {period.starts_on.isoformat()} on")]
    known = {indicator.indicator_id for _, indicator in plan.indicators()} if plan else set()
    seen: set[str] = set()
    errors = []
    for i, report in enumerate(reports):
        path, name = f"reports[{i}]", report.indicator_id
        if name not in known:
            errors.append(InputError(f"{path}.indicator_id", f"the plan has no indicator {name}", "use an indicator_id of the plan"))
        elif name in seen:
            errors.append(InputError(f"{path}.indicator_id", f"{name} is reported twice", "keep one of the two rows"))
        seen.add(name)
        if report.value is not None and not (math.isfinite(report.value) and abs(report.value) <= LARGEST_NUMBER):
            errors.append(InputError(f"{path}.value", "this is not a number one can reach", "give the value that was reached"))
    return errors


def rule_of(indicator: Indicator) -> Cumulation:
    """How an indicator's reports make up the whole: by its aspect; days are never added up."""
    return Cumulation.LAST if indicator.direction is Direction.DATE else CUMULATION[indicator.aspect]


def whole(indicator: Indicator, values: Mapping[str, float | None]) -> Whole:
    """The year so far, from the values by period code; periods without a value are left out, never taken as zero."""
    rule = rule_of(indicator)
    told = [(code, value) for code, value in sorted(values.items()) if value is not None]
    if not told:
        return Whole(None, rule, ())
    if rule is Cumulation.SUM:
        return Whole(math.fsum(value for _, value in told), rule, tuple(code for code, _ in told))
    code, value = told[-1]
    return Whole(value, rule, (code,))


def standing(indicator: Indicator, values: Mapping[str, float | None], periods: Sequence[Period], today: date) -> Standing:
    """How an indicator stands today. Behind is measured against the part of the year that has ended, overdue against the calendar."""
    so_far = whole(indicator, values)
    if indicator.direction is Direction.DATE:
        return _standing_of_a_day(indicator, so_far.value, today)
    if any(period.late(today) and values.get(period.code) is None for period in periods):
        return Standing.OVERDUE
    if so_far.value is None:
        return Standing.NOT_STARTED
    percent = attainment(indicator, so_far.value)
    over = all(period.ended(today) for period in periods)
    grows = so_far.rule is Cumulation.SUM
    if percent is not None and percent >= MET and (over or not _can_be_lost(indicator)):
        return Standing.REACHED
    share = sum(period.ended(today) for period in periods) / len(periods) if grows else 1.0
    needed = attainment(_part_of(indicator, share), so_far.value) if share > 0 else None
    return Standing.BEHIND if needed is not None and needed < MET else Standing.ON_TRACK


def missing_periods(indicator: Indicator, values: Mapping[str, float | None], periods: Sequence[Period], today: date) -> tuple[str, ...]:
    """The periods that ended without a report. What is due on a day is reported when it is done, not period by period."""
    if indicator.direction is Direction.DATE:
        return ()
    return tuple(period.code for period in periods if period.ended(today) and values.get(period.code) is None)


def _standing_of_a_day(indicator: Indicator, done_on: float | None, today: date) -> Standing:
    """How an indicator stands that is due on a day: by that day, not by the ends of periods."""
    match state_of(indicator, done_on, today):
        case IndicatorState.REACHED:
            return Standing.REACHED
        case IndicatorState.LATE:
            return Standing.BEHIND
        case IndicatorState.OVERDUE:
            return Standing.OVERDUE
        case _:
            return Standing.NOT_STARTED


def _can_be_lost(indicator: Indicator) -> bool:
    """Whether a target reached now may be missed by the end of the year: too much is as wrong as too little."""
    return indicator.direction in {Direction.LESS, Direction.RANGE}


def _part_of(indicator: Indicator, share: float) -> Indicator:
    """The indicator with the part of its target that a part of the year needs; the upper end of a range stays that of the year."""
    if indicator.target is None or share == 1.0:
        return indicator
    return replace(indicator, target=indicator.target * share)
