"""Calendar time. Rules and people live in it; a cycle can run on a compressed calendar by a faster clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from kit.settings import Settings

CITY_ZONE = ZoneInfo("Asia/Jakarta")
END_OF_TIME = datetime(9990, 1, 1, tzinfo=CITY_ZONE)


@dataclass(frozen=True)
class Clock:
    """calendar = calendar_origin + (real - real_origin) * speed; speed 1 and equal origins is the real calendar."""

    real_origin: datetime
    calendar_origin: datetime
    speed: float = 1.0

    @classmethod
    def from_settings(cls, settings: Settings) -> Clock:
        return cls(settings.clock_real_origin, settings.clock_calendar_origin, settings.clock_speed)

    def now(self) -> datetime:
        """Calendar time now, in the city's zone."""
        return self.calendar(datetime.now(UTC))

    def calendar(self, real: datetime) -> datetime:
        """The calendar time of a real instant. A compressed calendar left running for weeks stands still at the end of time."""
        try:
            return (self.calendar_origin + (real - self.real_origin) * self.speed).astimezone(CITY_ZONE)
        except OverflowError:
            return END_OF_TIME

    def real(self, calendar: datetime) -> datetime:
        return self.real_origin + (calendar - self.calendar_origin) / self.speed

    def real_duration(self, calendar: timedelta) -> timedelta:
        return calendar / self.speed
