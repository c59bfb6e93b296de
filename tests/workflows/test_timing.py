"""Pure rules of due dates, reminders and the evaluators' draw."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from contracts.appraisal import Category
from contracts.cycle import CycleDefinition, Policies, TimeoutPolicy
from contracts.working_days import CITY_ZONE, WorkingDays
from tests.workflows.year import calendar_from
from workflows import timing
from workflows.yearly import definition_for_year

START = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
CALENDAR = calendar_from(START)
INSTANTS = st.datetimes(START.replace(tzinfo=None), (START + timedelta(days=700)).replace(tzinfo=None), timezones=st.just(UTC))


@given(due_at=INSTANTS)
def test_reminders_leave_in_the_citys_working_hours(due_at: datetime) -> None:
    """Lesson: reminders at midnight of another zone."""
    assert {instant.astimezone(CITY_ZONE).hour for instant, _ in timing.reminder_instants(CALENDAR, due_at)} == {9}


@given(due_at=INSTANTS, since=INSTANTS, now=INSTANTS)
def test_of_several_missed_reminders_only_the_last_is_owed_and_only_once(due_at: datetime, since: datetime, now: datetime) -> None:
    owed = timing.reminder_owed(CALENDAR, due_at, since, now, frozenset())
    if owed is not None:
        assert timing.reminder_owed(CALENDAR, due_at, since, now, frozenset({owed})) is None


@given(due_at=INSTANTS, now=INSTANTS)
def test_a_phase_opened_late_leaves_at_least_the_return_days(due_at: datetime, now: datetime) -> None:
    due = timing.due_when_opened(due_at, now, CALENDAR)
    assert due >= now + timedelta(days=CALENDAR.return_days)
    assert due >= due_at


DAYS_OFF = st.frozensets(st.integers(0, 500).map(lambda days: (START + timedelta(days=days)).date()), max_size=40)


@given(due_at=INSTANTS, days_off=DAYS_OFF)
def test_reminders_leave_on_working_days_before_the_planned_day(due_at: datetime, days_off: frozenset[date]) -> None:
    calendar = CALENDAR.model_copy(update={"days_off": tuple(days_off)})
    working, due_day = WorkingDays(days_off), due_at.astimezone(CITY_ZONE).date()
    planned = {due_day - timedelta(days=left) for left in (7, 3, 1, 0)}
    instants = timing.reminder_instants(calendar, due_at)
    assert all(working.works_at(instant) for instant, _ in instants)
    assert all((due_day - instant.astimezone(CITY_ZONE).date()).days == left for instant, left in instants)
    ahead = {instant.astimezone(CITY_ZONE).date() for instant, left in instants if left >= 0}
    wanted = {working.on_or_before(day) for day in planned}
    assert ahead == {day for day in wanted if datetime.combine(day, timing.REMINDER_TIME, CITY_ZONE) < due_at}
    assert [left for _, left in instants][-1] < 0


@given(due_at=INSTANTS, since=INSTANTS, now=INSTANTS, days_off=DAYS_OFF, overdue=st.booleans())
def test_a_reminder_held_up_waits_for_the_next_working_morning(
    due_at: datetime, since: datetime, now: datetime, days_off: frozenset[date], overdue: bool
) -> None:
    calendar = CALENDAR.model_copy(update={"days_off": tuple(days_off)})
    working = WorkingDays(days_off)
    owed = timing.reminder_owed(calendar, due_at, since, now, frozenset())
    assert owed is None or working.works_at(now)
    missed = [left for instant, left in timing.reminder_instants(calendar, due_at) if since < instant <= now]
    alarm = timing.next_alarm(calendar, due_at, since, now, overdue=overdue)
    if missed and not working.works_at(now):
        assert alarm is not None
        morning = datetime.combine(working.on_or_after(now.astimezone(CITY_ZONE).date()), timing.REMINDER_TIME, CITY_ZONE)
        assert alarm <= morning
    assert timing.days_left(calendar, due_at, now, 3) == (due_at.astimezone(CITY_ZONE).date() - now.astimezone(CITY_ZONE).date()).days


@given(due_at=INSTANTS, now=INSTANTS, days_off=DAYS_OFF)
def test_a_date_the_workflow_sets_itself_is_a_working_day(due_at: datetime, now: datetime, days_off: frozenset[date]) -> None:
    calendar = CALENDAR.model_copy(update={"days_off": tuple(days_off)})
    working = WorkingDays(days_off)
    due = timing.due_when_opened(due_at, now, calendar)
    assert due == due_at or working.works_at(due)
    assert due >= now + timedelta(days=calendar.return_days)
    window = CALENDAR.target_setting.model_copy(update={"on_timeout": TimeoutPolicy.EXTEND})
    assert working.works_at(timing.on_timeout(window, due_at, extensions=0, escalations=0, working=working).due_at)


def test_over_a_long_weekend_one_reminder_stands_for_three_and_tells_the_days_there_are() -> None:
    """Due on Monday: what would leave on Saturday and Sunday leaves on Friday, once."""
    monday = datetime(2026, 5, 4, 23, 59, tzinfo=CITY_ZONE)
    calendar = CALENDAR.model_copy(update={"days_off": (date(2026, 5, 1),)})
    reminders = [(instant.date().isoformat(), left) for instant, left in timing.reminder_instants(calendar, monday)]
    assert reminders == [("2026-04-27", 7), ("2026-04-30", 4), ("2026-05-04", 0), ("2026-05-05", -1)]


def test_extensions_are_counted_then_escalated_then_held() -> None:
    window = CALENDAR.target_setting.model_copy(update={"on_timeout": TimeoutPolicy.EXTEND, "maximum_extensions": 2})
    actions = [timing.on_timeout(window, START, extensions=used, escalations=0).action for used in range(3)]
    assert actions == [TimeoutPolicy.EXTEND, TimeoutPolicy.EXTEND, TimeoutPolicy.ESCALATE]
    assert timing.on_timeout(window, START, extensions=2, escalations=1).action is TimeoutPolicy.HOLD


def test_the_lot_of_a_case_is_reproducible_and_takes_about_its_share() -> None:
    policies = Policies(evaluation_sample_rate=0.2, evaluation_seed=7)
    drawn = [timing.has_own_lot(policies, f"case-{number}") for number in range(5000)]
    assert drawn == [timing.has_own_lot(policies, f"case-{number}") for number in range(5000)]
    assert 0.17 < sum(drawn) / len(drawn) < 0.23


def test_the_best_and_worst_categories_are_extreme() -> None:
    policies = Policies(evaluate_extremes=True)
    assert [category for category in Category if timing.is_extreme(policies, category)] == [Category.SANGAT_KURANG, Category.SANGAT_BAIK]


def test_next_years_cycle_keeps_the_days_and_changes_id_and_name() -> None:
    template = CycleDefinition(cycle_id="skp-2026", name="SKP 2026", year=2026, calendar=CALENDAR)
    following = definition_for_year(template, 2028)
    assert (following.cycle_id, following.name, following.year) == ("skp-2028", "SKP 2028", 2028)
    assert following.calendar.target_setting.opens_at == START.replace(year=2028)
    unnamed = template.model_copy(update={"cycle_id": "yearly"})
    assert definition_for_year(unnamed, 2027).cycle_id == "yearly-2027"
