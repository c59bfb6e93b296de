"""Pure rules: the next year's cycle from this year's."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.working_days import CITY_ZONE, WorkingDays
from services.appraisal.domain.next_cycle import date_changes, dates_of_next, id_of_year, name_of_year, other_changes
from services.appraisal.domain.working_calendar import Window, same_day

START = datetime(2027, 1, 1, tzinfo=CITY_ZONE)
INSTANTS = st.integers(0, 364 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
WINDOWS = st.dictionaries(
    st.sampled_from(["target_setting", "monitoring", "self_assessment"]),
    st.tuples(INSTANTS, INSTANTS).filter(lambda pair: pair[0] < pair[1]).map(lambda pair: Window(*pair)),
    min_size=1,
)
DAYS_OFF = st.frozensets(st.integers(360, 800).map(lambda days: (START + timedelta(days=days)).date()), max_size=40)


@given(windows=WINDOWS, days_off=DAYS_OFF, years=st.integers(1, 2))
def test_every_date_of_the_next_cycle_is_a_working_day_and_at_least_the_same_day_later(
    windows: dict[str, Window], days_off: frozenset[date], years: int
) -> None:
    city = WorkingDays(days_off)
    after = dates_of_next(windows, years, city)
    for phase, window in after.items():
        assert city.works_at(window.opens_at)
        assert city.works_at(window.due_at)
        assert window.opens_at >= same_day(windows[phase].opens_at, years)
        assert window.opens_at < window.due_at
    changes = date_changes(windows, after, years, city, {})
    assert len(changes) == 2 * len(windows)
    assert not any(change.edited for change in changes)
    for change in changes:
        assert bool(change.because) is (change.proposed.date() != change.same_day.date() and not city.is_working(change.same_day.date()))


@pytest.mark.parametrize(
    ("cycle_id", "year", "following"),
    [
        ("skp-2026", 2027, "skp-2027"),
        ("2026-skp-2026", 2027, "2027-skp-2027"),
        ("skp", 2027, "skp-2027"),
        ("a2070b-2026", 2027, "a2070b-2027"),
        ("x" * 40, 2030, "x" * 35 + "-2030"),
    ],
)
def test_the_year_in_an_id_is_replaced_or_added(cycle_id: str, year: int, following: str) -> None:
    assert id_of_year(cycle_id, year) == following
    assert len(following) <= 40


def test_a_name_keeps_all_but_its_year() -> None:
    assert (name_of_year("Penilaian Kinerja 2026", 2027), name_of_year("SKP", 2027)) == ("Penilaian Kinerja 2027", "SKP")


def test_what_differs_beside_the_dates_is_named_field_by_field() -> None:
    before = {
        "cycle_id": "a",
        "unit_ids": ["x"],
        "policies": {"calibration": False},
        "calendar": {"return_days": 5, "days_off": ["2026-01-01"]},
    }
    after = {"cycle_id": "b", "unit_ids": ["x", "y"], "policies": {"calibration": True}, "calendar": {"return_days": 7, "days_off": []}}
    found = [(change.field, change.this_year, change.proposed) for change in other_changes(before, after)]
    assert found == [("unit_ids", "x", "x, y"), ("policies.calibration", "False", "True"), ("calendar.return_days", "5", "7")]
    assert other_changes(before, before) == []
