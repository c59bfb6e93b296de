"""A cycle's dates and the days on which the city does not work: what moves, where to, and why.

Phases end on working days by the city's practice; the law counts days of its own (PP 30/2019 article 59: 14 days from receipt),
and those are never moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from services.appraisal.domain.words import InputError

LONGEST_NAME = 120
MOST_A_YEAR = 100


class HolidayKind(StrEnum):
    """Who gives the day off: the law (hari libur nasional), or the joint decree of the ministers (cuti bersama)."""

    NATIONAL = "national"
    JOINT_LEAVE = "joint_leave"


class CityDays(Protocol):
    """Which days the city works."""

    def is_working(self, day: date) -> bool: ...

    def moved(self, instant: datetime) -> datetime: ...


@dataclass(frozen=True)
class Holiday:
    """A day off. ``estimated``: its date follows the moon and the government has not fixed it yet."""

    day: date
    name: str
    kind: HolidayKind = HolidayKind.NATIONAL
    estimated: bool = False


@dataclass(frozen=True)
class Window:
    """When a phase opens and is due."""

    opens_at: datetime
    due_at: datetime


@dataclass(frozen=True)
class DayOff:
    """A day the city does not work: a holiday by its name, else a Saturday or Sunday."""

    day: date
    name: str | None


@dataclass(frozen=True)
class Move:
    """A date that moved from a day off to the next working day, and the days off it passed."""

    phase: str
    field: str
    was: datetime
    becomes: datetime
    because: tuple[DayOff, ...]


def check_holidays(year: int, holidays: Iterable[Holiday]) -> list[InputError]:
    """Everything wrong with HR's list of a year."""
    errors: list[InputError] = []
    seen: dict[date, int] = {}
    for place, holiday in enumerate(holidays):
        path = f"holidays[{place}]"
        if holiday.day.year != year:
            errors.append(InputError(f"{path}.day", f"{holiday.day.isoformat()} is not in {year}", f"write a day of {year}"))
        if not holiday.name.strip():
            errors.append(InputError(f"{path}.name", "a holiday has a name", "write what the day is"))
        first = seen.setdefault(holiday.day, place)
        if first != place:
            errors.append(InputError(f"{path}.day", f"{holiday.day.isoformat()} is row {first + 1} already", "keep one of the two rows"))
    return errors


def on_working_days(windows: Mapping[str, Window], city: CityDays, *, openings: bool = False) -> dict[str, Window]:
    """The windows with every due date on a working day, and with ``openings`` every opening too.

    Order is kept, within a window and between windows; a due date never moves before its opening.
    """
    return {phase: _settled(window, city, openings=openings) for phase, window in windows.items()}


def _settled(window: Window, city: CityDays, *, openings: bool) -> Window:
    opens_at = city.moved(window.opens_at) if openings else window.opens_at
    due_at = city.moved(window.due_at)
    while due_at <= opens_at:
        due_at = city.moved(due_at + timedelta(days=1))
    return Window(opens_at, due_at)


def moves(before: Mapping[str, Window], after: Mapping[str, Window], city: CityDays, names: Mapping[date, str]) -> list[Move]:
    """What differs between two sets of windows, with the days off that lie between."""
    found = []
    for phase, window in before.items():
        for field in ("opens_at", "due_at"):
            was, becomes = getattr(window, field), getattr(after[phase], field)
            if was != becomes:
                found.append(Move(phase, field, was, becomes, days_off_between(was.date(), becomes.date(), city, names)))
    return found


def days_off_between(first: date, after: date, city: CityDays, names: Mapping[date, str]) -> tuple[DayOff, ...]:
    """The days off from a day until before another."""
    days = (first + timedelta(days=step) for step in range(max((after - first).days, 0)))
    return tuple(DayOff(day, names.get(day)) for day in days if not city.is_working(day))


def in_later_year(window: Window, years: int) -> Window:
    """The same days of the calendar some years later."""
    return Window(same_day(window.opens_at, years), same_day(window.due_at, years))


def same_day(instant: datetime, years: int) -> datetime:
    """The same day ``years`` later; 29 February becomes the 28th where the year has none."""
    try:
        return instant.replace(year=instant.year + years)
    except ValueError:
        return instant.replace(year=instant.year + years, day=28)
