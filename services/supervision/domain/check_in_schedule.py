"""When the year's check-ins (evaluasi periodik) are due."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime

MONTHS_BETWEEN = {"monthly": 1, "quarterly": 3}
"""The rhythms of periodic evaluation (PermenPANRB 6/2022: monthly or quarterly), in months."""


def rhythm_dates(rhythm: str, opened_at: datetime, due_at: datetime) -> list[datetime]:
    """By when each check-in of a rhythm is expected: after every so many months of the monitoring window, the last with its end.

    Without a fixed rhythm there are none.
    """
    months = MONTHS_BETWEEN.get(rhythm)
    if months is None:
        return []
    dates: list[datetime] = []
    while (following := _months_later(opened_at, months * (len(dates) + 1))) < due_at:
        dates.append(following)
    return [*dates, due_at]


def _months_later(start: datetime, months: int) -> datetime:
    """The same day so many months later; the month's last day where it has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))


def due_dates(opened_at: datetime, due_at: datetime, count: int) -> list[datetime]:
    """Due dates of ``count`` check-ins, spread evenly over the monitoring window; the last is due with it.

    Raises:
        ValueError: ``count`` is negative.
    """
    if count < 0:
        raise ValueError("count: there cannot be fewer than no check-ins")
    return [opened_at + (due_at - opened_at) * number / count for number in range(1, count + 1)]


def due_of(number: int, opened_at: datetime, due_at: datetime, count: int, now: datetime, rhythm: str = "none-fixed") -> datetime:
    """When check-in ``number`` (from 1) is due, asked for at ``now``: by the cycle's rhythm where it has one.

    A check-in whose date has passed before it could begin shares the time that is left evenly with those after
    it, so that nobody is given a task that is late already while there is time.

    Raises:
        ValueError: there is no such check-in.
    """
    if not 1 <= number <= count:
        raise ValueError(f"number: {number} is not one of the {count} check-ins")
    by_rhythm = rhythm_dates(rhythm, opened_at, due_at)
    planned = by_rhythm[min(number, len(by_rhythm)) - 1] if by_rhythm else due_dates(opened_at, due_at, count)[number - 1]
    if planned > now or due_at <= now:
        return planned
    return now + (due_at - now) / (count - number + 1)
