"""Settings name their mistakes; the calendar can run faster than the clock on the wall."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.clock import Clock
from kit.settings import SettingsError, load_settings

ORIGIN = datetime(2026, 1, 1, tzinfo=UTC)


def test_every_wrong_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIKLUS_CLOCK_SPEED", "-1")
    monkeypatch.setenv("SIKLUS_TOPIC_PREFIX", "No Spaces")
    load_settings.cache_clear()
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert "SIKLUS_CLOCK_SPEED" in str(refused.value)
    assert "SIKLUS_TOPIC_PREFIX" in str(refused.value)
    load_settings.cache_clear()


@given(seconds=st.integers(0, 10**5), speed=st.sampled_from([1.0, 60.0, 1440.0, 300_000.0]))
def test_calendar_and_real_time_are_inverse(seconds: int, speed: float) -> None:
    clock = Clock(ORIGIN, ORIGIN + timedelta(days=40), speed)
    real = ORIGIN + timedelta(seconds=seconds)
    assert abs(clock.real(clock.calendar(real)) - real) < timedelta(milliseconds=1)


def test_a_day_takes_a_minute_at_speed_1440() -> None:
    clock = Clock(ORIGIN, ORIGIN, 1440)
    assert clock.real_duration(timedelta(days=1)) == timedelta(minutes=1)


def test_a_compressed_calendar_left_running_stands_still_at_the_end_of_time() -> None:
    clock = Clock(ORIGIN, ORIGIN, 300_000.0)
    assert clock.calendar(ORIGIN + timedelta(days=400)).year == 9990
