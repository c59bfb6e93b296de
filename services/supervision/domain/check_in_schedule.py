"""When the year's check-ins (evaluasi periodik) are due."""

from __future__ import annotations

from datetime import datetime


def due_dates(opened_at: datetime, due_at: datetime, count: int) -> list[datetime]:
    """Due dates of ``count`` check-ins, spread evenly over the monitoring window; the last is due with it.

    Raises:
        ValueError: ``count`` is negative.
    """
    if count < 0:
        raise ValueError("count: there cannot be fewer than no check-ins")
    return [opened_at + (due_at - opened_at) * number / count for number in range(1, count + 1)]


def due_of(number: int, opened_at: datetime, due_at: datetime, count: int, now: datetime) -> datetime:
    """When check-in ``number`` (from 1) is due, asked for at ``now``.

    A check-in whose date has passed before it could begin shares the time that is left evenly with those after
    it, so that nobody is given a task that is late already while there is time.

    Raises:
        ValueError: there is no such check-in.
    """
    if not 1 <= number <= count:
        raise ValueError(f"number: {number} is not one of the {count} check-ins")
    planned = due_dates(opened_at, due_at, count)[number - 1]
    if planned > now or due_at <= now:
        return planned
    return now + (due_at - now) / (count - number + 1)
