"""Periods of a year, what their reports come to, and what is overdue or behind."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.appraisal.domain.case_state import AssessmentStatus
from services.appraisal.domain.evidence import gathering_open
from services.appraisal.domain.plan import Indicator, Objective, Plan
from services.appraisal.domain.progress import (
    CUMULATION,
    Cumulation,
    Periods,
    Report,
    Standing,
    check_reports,
    missing_periods,
    periods_of,
    standing,
    whole,
)
from services.appraisal.domain.words import Aspect, Direction, ObjectiveKind, Phase

QUARTERS = periods_of(2026, Periods.QUARTER)
CODES = [period.code for period in QUARTERS]
VALUES = st.dictionaries(st.sampled_from(CODES), st.none() | st.floats(0, 1e6), max_size=4)
MIDDLE, END = date(2026, 7, 3), date(2027, 2, 1)


def indicator(
    aspect: Aspect = Aspect.QUANTITY, target: float | None = 8, direction: Direction = Direction.MORE, to: float | None = None
) -> Indicator:
    return Indicator("i-1", aspect, "Laporan", target, "laporan", direction, to)


@pytest.mark.parametrize(
    ("division", "count", "first", "last"), [(Periods.MONTH, 12, "2028-01", "2028-12"), (Periods.QUARTER, 4, "2028-Q1", "2028-Q4")]
)
def test_the_periods_of_a_year_cover_each_of_its_days_once(division: Periods, count: int, first: str, last: str) -> None:
    periods = periods_of(2028, division)
    assert (len(periods), periods[0].code, periods[-1].code) == (count, first, last)
    assert (periods[0].starts_on, periods[-1].ends_on) == (date(2028, 1, 1), date(2028, 12, 31))
    assert all(earlier.ends_on + timedelta(days=1) == later.starts_on for earlier, later in pairwise(periods))
    assert [period.code for period in periods] == sorted(period.code for period in periods)


def test_every_aspect_has_its_rule_of_cumulation() -> None:
    assert {aspect: Cumulation.SUM if aspect is Aspect.QUANTITY else Cumulation.LAST for aspect in Aspect} == CUMULATION


def test_quantities_add_up_and_of_the_others_the_newest_report_holds() -> None:
    values = {"2026-Q3": 3.0, "2026-Q1": 2.0, "2026-Q2": None}
    assert whole(indicator(), values).value == 5
    assert whole(indicator(), values).periods == ("2026-Q1", "2026-Q3")
    for aspect in (Aspect.QUALITY, Aspect.TIME, Aspect.COST):
        assert whole(indicator(aspect), values).value == 3
    assert whole(indicator(direction=Direction.DATE), values).value == 3, "days are never added up"


@given(VALUES)
def test_a_missing_period_is_missing_and_never_zero(values: dict[str, float | None]) -> None:
    told = {code: value for code, value in values.items() if value is not None}
    for aspect in Aspect:
        assert whole(indicator(aspect), values) == whole(indicator(aspect), told)
        assert (whole(indicator(aspect), values).value is None) == (not told)


@given(VALUES, st.sampled_from(CODES), st.floats(0, 1e6))
def test_more_reported_never_makes_an_indicator_stand_worse(values: dict[str, float | None], code: str, more: float) -> None:
    order = [Standing.OVERDUE, Standing.BEHIND, Standing.ON_TRACK, Standing.REACHED]
    before = standing(indicator(), values, QUARTERS, MIDDLE)
    after = standing(indicator(), {**values, code: (values.get(code) or 0) + more}, QUARTERS, MIDDLE)
    if values.get(code) is not None:
        assert order.index(after) >= order.index(before)


@given(VALUES, st.dates(date(2025, 1, 1), date(2028, 1, 1)), st.sampled_from(Aspect), st.sampled_from(Direction))
def test_every_indicator_stands_somewhere_on_every_day(
    values: dict[str, float | None], today: date, aspect: Aspect, direction: Direction
) -> None:
    target = float(date(2026, 6, 30).toordinal()) if direction is Direction.DATE else 8.0
    found = standing(indicator(aspect, target, direction, 9 if direction is Direction.RANGE else None), values, QUARTERS, today)
    assert found in Standing
    assert (found is Standing.NOT_STARTED) <= (whole(indicator(aspect), values).value is None)


@pytest.mark.parametrize(
    ("values", "today", "expected"),
    [
        ({}, date(2026, 2, 1), Standing.NOT_STARTED),
        ({}, date(2026, 4, 7), Standing.NOT_STARTED),
        ({}, date(2026, 4, 8), Standing.OVERDUE),
        ({"2026-Q1": 1}, date(2026, 2, 1), Standing.ON_TRACK),
        ({"2026-Q1": 1}, date(2026, 4, 1), Standing.BEHIND),
        ({"2026-Q1": 2}, date(2026, 4, 1), Standing.ON_TRACK),
        ({"2026-Q1": 2, "2026-Q2": 1}, MIDDLE, Standing.BEHIND),
        ({"2026-Q1": 2, "2026-Q2": 2}, MIDDLE, Standing.ON_TRACK),
        ({"2026-Q1": 8}, MIDDLE, Standing.REACHED),
        ({"2026-Q2": 8}, date(2026, 7, 20), Standing.OVERDUE),
        (dict.fromkeys(CODES, 2), END, Standing.REACHED),
        (dict.fromkeys(CODES, 1), END, Standing.BEHIND),
    ],
)
def test_overdue_and_behind_are_states_of_their_own(values: dict[str, float | None], today: date, expected: Standing) -> None:
    assert standing(indicator(), values, QUARTERS, today) is expected


def test_what_can_still_be_spoiled_is_reached_only_when_the_year_is_over() -> None:
    few = indicator(direction=Direction.LESS)
    values: dict[str, float | None] = {"2026-Q1": 1, "2026-Q2": 2}
    assert standing(few, values, QUARTERS, MIDDLE) is Standing.ON_TRACK
    assert standing(few, {**values, "2026-Q2": 5}, QUARTERS, MIDDLE) is Standing.BEHIND
    assert standing(few, {**values, "2026-Q3": 0, "2026-Q4": 1}, QUARTERS, END) is Standing.REACHED


def test_quality_is_measured_against_the_whole_target_at_any_time() -> None:
    quality = indicator(Aspect.QUALITY, 100)
    assert standing(quality, {"2026-Q1": 90}, QUARTERS, date(2026, 4, 1)) is Standing.BEHIND
    assert standing(quality, {"2026-Q1": 90, "2026-Q2": 100}, QUARTERS, MIDDLE) is Standing.REACHED


def test_periods_that_ended_without_a_report_are_named() -> None:
    assert missing_periods(indicator(), {"2026-Q1": None, "2026-Q2": 0}, QUARTERS, date(2026, 10, 1)) == ("2026-Q1", "2026-Q3")


@pytest.mark.parametrize(
    ("done_on", "today", "expected"),
    [
        (None, date(2026, 6, 30), Standing.NOT_STARTED),
        (None, date(2026, 7, 1), Standing.OVERDUE),
        (date(2026, 6, 30), date(2026, 12, 1), Standing.REACHED),
        (date(2026, 7, 1), date(2026, 12, 1), Standing.BEHIND),
    ],
)
def test_what_is_due_on_a_day_stands_by_that_day_and_misses_no_period(done_on: date | None, today: date, expected: Standing) -> None:
    due = indicator(Aspect.TIME, date(2026, 6, 30).toordinal(), direction=Direction.DATE)
    values: dict[str, float | None] = {"2026-Q2": float(done_on.toordinal()) if done_on else None}
    assert standing(due, values, QUARTERS, today) is expected
    assert missing_periods(due, values, QUARTERS, END) == ()


def test_what_cannot_be_reported_is_refused_with_its_path() -> None:
    plan = Plan((Objective("o-1", ObjectiveKind.MAIN, "Layanan", 100, (indicator(),)),))
    reports = [Report("i-1", 1), Report("i-1", 2), Report("i-9", 1), Report("i-1", float("inf"))]
    paths = [error.path for error in check_reports(reports, QUARTERS[0], plan, MIDDLE)]
    assert paths == ["reports[1].indicator_id", "reports[2].indicator_id", "reports[3].indicator_id", "reports[3].value"]
    [early] = check_reports([Report("i-1", 1)], QUARTERS[3], plan, MIDDLE)
    assert (early.path, early.mend) == ("period", "report it from 2026-10-01 on")
    assert [error.path for error in check_reports([Report("i-1", 1)], QUARTERS[0], None, MIDDLE)] == ["reports[0].indicator_id"]


@pytest.mark.parametrize("phase", Phase)
def test_progress_and_evidence_change_from_monitoring_until_the_self_assessment_is_handed_in(phase: Phase) -> None:
    during = phase in {Phase.MONITORING, Phase.SELF_ASSESSMENT}
    assert gathering_open(phase, None) is during
    assert gathering_open(phase, AssessmentStatus.DRAFT) is during
    assert gathering_open(phase, AssessmentStatus.SUBMITTED) is False
