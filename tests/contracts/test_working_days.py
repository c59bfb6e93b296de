"""The city's working days, and the dates a calendar moves onto them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from contracts.cycle import Calendar, Phase
from contracts.working_days import CITY_ZONE, WorkingDays

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 800).map(lambda days: FIRST + timedelta(days=days))
CITIES = st.frozensets(DAYS, max_size=60).map(WorkingDays)
INSTANTS = st.integers(0, 800 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=CITY_ZONE) + timedelta(minutes=minutes))


@given(city=CITIES, day=DAYS)
def test_a_day_off_moves_to_the_nearest_working_day_and_a_working_day_stays(city: WorkingDays, day: date) -> None:
    later, earlier = city.on_or_after(day), city.on_or_before(day)
    assert earlier <= day <= later
    assert city.is_working(earlier)
    assert city.is_working(later)
    assert (earlier == day == later) is city.is_working(day)
    between = [earlier + timedelta(days=step) for step in range(1, (later - earlier).days)]
    assert not any(city.is_working(one) for one in between)


@given(city=CITIES, one=INSTANTS, other=INSTANTS)
def test_moving_keeps_the_order_of_days_and_the_time_of_day(city: WorkingDays, one: datetime, other: datetime) -> None:
    if one.date() <= other.date():
        assert city.moved(one).date() <= city.moved(other).date()
    assert city.moved(one) >= one
    assert city.moved(one).timetz() == one.timetz()
    assert city.moved(city.moved(one)) == city.moved(one)


def test_saturday_and_sunday_are_no_working_days_and_monday_is_one() -> None:
    city = WorkingDays(frozenset({date(2026, 5, 1)}))
    days = {date(2026, 5, day): city.is_working(date(2026, 5, day)) for day in range(1, 6)}
    assert list(days.values()) == [False, False, False, True, True]


def test_a_day_off_is_that_of_the_city_not_of_the_clock_that_wrote_the_instant() -> None:
    late_on_sunday = datetime.fromisoformat("2026-05-03T18:00:00+00:00")
    assert WorkingDays().works_at(late_on_sunday)
    assert not WorkingDays().works_at(late_on_sunday - timedelta(hours=2))


def test_a_calendar_from_before_days_off_were_known_moves_nothing() -> None:
    window = {"opens_at": "2026-01-02T00:00:00+07:00", "due_at": "2026-01-31T23:59:00+07:00"}
    known = {phase.value: window for phase in Phase if phase is not Phase.CLOSED}
    old = Calendar.model_validate(known)
    friday = datetime(2026, 5, 1, 12, tzinfo=CITY_ZONE)
    assert (old.working_days(), old.due_after(friday, 1)) == (None, friday + timedelta(days=1))
    assert Calendar.model_validate(known | {"days_off": []}).due_after(friday, 1) == friday + timedelta(days=3)
