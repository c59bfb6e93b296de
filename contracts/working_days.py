"""The city's working days: Monday to Friday without the days off it is told. Pure: it has no clock and no list of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

CITY_ZONE = ZoneInfo("Asia/Jakarta")
SATURDAY = 5
DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingDays:
    """Which days the city works; ``days_off`` are public holidays and joint leave, weekends need not be in it."""

    days_off: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        return day.weekday() < SATURDAY and day not in self.days_off

    def works_at(self, instant: datetime) -> bool:
        """Whether the city works on the day of an instant."""
        return self.is_working(instant.astimezone(CITY_ZONE).date())

    def on_or_after(self, day: date) -> date:
        """The day itself where the city works on it, else the next day it works."""
        while not self.is_working(day):
            day += DAY
        return day

    def on_or_before(self, day: date) -> date:
        """The day itself where the city works on it, else the last day before on which it works."""
        while not self.is_working(day):
            day -= DAY
        return day

    def moved(self, instant: datetime) -> datetime:
        """The instant itself where the city works on its day, else the same time of the next day it works."""
        local = instant.astimezone(CITY_ZONE)
        day = self.on_or_after(local.date())
        return instant if day == local.date() else datetime.combine(day, local.timetz())
