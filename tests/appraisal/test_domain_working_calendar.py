"""Pure rules: a cycle's dates and the days on which the city does not work."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from contracts.working_days import CITY_ZONE, WorkingDays
from services.appraisal.domain.working_calendar import (
    Holiday,
    HolidayKind,
    Window,
    check_holidays,
    in_later_year,
    moves,
    on_working_days,
    same_day,
)
from services.appraisal.shipped_holidays import shipped

START = datetime(2026, 1, 1, tzinfo=CITY_ZONE)
DAYS_OFF = st.frozensets(st.integers(0, 500).map(lambda days: (START + timedelta(days=days)).date()), max_size=40)
INSTANTS = st.integers(0, 400 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
WINDOWS = st.dictionaries(
    st.sampled_from(["target_setting", "monitoring", "self_assessment", "supervisor_review"]),
    st.tuples(INSTANTS, INSTANTS).filter(lambda pair: pair[0] < pair[1]).map(lambda pair: Window(*pair)),
    min_size=1,
)


@given(windows=WINDOWS, days_off=DAYS_OFF, openings=st.booleans())
def test_every_moved_date_is_a_working_day_later_than_it_was_and_windows_stay_whole(
    windows: dict[str, Window], days_off: frozenset[date], openings: bool
) -> None:
    city = WorkingDays(days_off)
    after = on_working_days(windows, city, openings=openings)
    assert set(after) == set(windows)
    for phase, window in after.items():
        assert city.works_at(window.due_at)
        assert window.opens_at < window.due_at
        assert window.due_at >= windows[phase].due_at
        assert city.works_at(window.opens_at) if openings else window.opens_at == windows[phase].opens_at
    assert on_working_days(after, city, openings=openings) == after


@given(windows=WINDOWS, days_off=DAYS_OFF)
def test_phases_keep_the_order_in_which_they_open(windows: dict[str, Window], days_off: frozenset[date]) -> None:
    after = on_working_days(windows, WorkingDays(days_off), openings=True)
    order = sorted(windows, key=lambda phase: windows[phase].opens_at.date())
    days = [after[phase].opens_at.date() for phase in order]
    assert days == sorted(days)


@given(windows=WINDOWS, days_off=DAYS_OFF)
def test_a_move_is_told_with_every_day_off_it_passed_and_nothing_moves_untold(
    windows: dict[str, Window], days_off: frozenset[date]
) -> None:
    city = WorkingDays(days_off)
    after = on_working_days(windows, city)
    told = moves(windows, after, city, dict.fromkeys(days_off, "Libur"))
    assert {(move.phase, move.becomes) for move in told} == {
        (phase, after[phase].due_at) for phase in windows if after[phase].due_at != windows[phase].due_at
    }
    for move in told:
        assert move.because[0].day == move.was.date()
        assert all(not city.is_working(off.day) and (off.name == "Libur") is (off.day in days_off) for off in move.because)


@given(instant=INSTANTS, years=st.integers(1, 8))
def test_the_same_day_of_a_later_year_differs_by_nothing_but_the_year(instant: datetime, years: int) -> None:
    assume((instant.month, instant.day) != (2, 29))
    later = same_day(instant, years)
    assert (later.year, later.month, later.day, later.timetz()) == (instant.year + years, instant.month, instant.day, instant.timetz())


def test_the_29th_of_february_becomes_the_28th() -> None:
    leap = Window(datetime(2028, 2, 1, tzinfo=CITY_ZONE), datetime(2028, 2, 29, 23, 59, tzinfo=CITY_ZONE))
    assert in_later_year(leap, 1).due_at == datetime(2029, 2, 28, 23, 59, tzinfo=CITY_ZONE)


def test_a_list_names_a_day_of_another_year_and_a_day_twice() -> None:
    days = [Holiday(date(2027, 1, 1), "Tahun Baru"), Holiday(date(2026, 1, 1), "Tahun lalu"), Holiday(date(2027, 1, 1), "Sekali lagi")]
    assert [error.path for error in check_holidays(2027, days)] == ["holidays[1].day", "holidays[2].day"]


def test_the_shipped_list_knows_national_days_joint_leave_and_what_is_estimated() -> None:
    of_2026 = {holiday.day: holiday for holiday in shipped(2026)}
    assert of_2026[date(2026, 8, 17)].name == "Hari Kemerdekaan Republik Indonesia"
    assert of_2026[date(2026, 12, 24)].kind is HolidayKind.JOINT_LEAVE
    assert of_2026[date(2026, 12, 25)].kind is HolidayKind.NATIONAL
    assert not any(holiday.estimated for holiday in of_2026.values())
    later = [holiday for holiday in shipped(2028) if holiday.estimated]
    assert any("Idul Fitri" in holiday.name for holiday in later)
    assert all("perkiraan" not in holiday.name for holiday in later)
    assert shipped(2500) == ()
