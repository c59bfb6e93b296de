"""When a talk can take place: in the working day of the city, in the future, and proposed times beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

FEWEST_TIMES, MOST_TIMES = 2, 5
LONGEST = timedelta(hours=8)
DAY_BEGINS, DAY_ENDS = time(6), time(21)
"""Wide enough for every shift; a time outside it was almost surely meant in another zone."""


@dataclass(frozen=True)
class Span:
    """From when to when."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class TimeError:
    """What is wrong with which span (its place in the list), which field of it, and how to mend it."""

    index: int
    field: str
    message: str
    mend: str


def errors_of(span: Span, now: datetime, zone: tzinfo, index: int = 0) -> list[TimeError]:
    """What is wrong with one span."""
    found: list[TimeError] = []
    if span.starts_at <= now:
        found.append(TimeError(index, "starts_at", "lies in the past", "choose a time to come"))
    if not timedelta(0) < span.ends_at - span.starts_at <= LONGEST:
        found.append(TimeError(index, "ends_at", "is not within eight hours after the beginning", "give an end later the same day"))
    local_start, local_end = span.starts_at.astimezone(zone), span.ends_at.astimezone(zone)
    if local_start.time() < DAY_BEGINS or local_end.time() > DAY_ENDS or local_end.date() != local_start.date():
        said = f"is {local_start:%H:%M} to {local_end:%H:%M} in the city"
        found.append(
            TimeError(index, "starts_at", said, "choose a time between 06:00 and 21:00, and send it with its zone, for example +07:00")
        )
    return found


def errors_of_proposal(spans: Sequence[Span], now: datetime, zone: tzinfo) -> list[TimeError]:
    """What is wrong with the times a supervisor proposes: two to five, none twice, none over another."""
    if not FEWEST_TIMES <= len(spans) <= MOST_TIMES:
        count = f"{len(spans)} given"
        return [TimeError(0, "", count, f"propose {FEWEST_TIMES} to {MOST_TIMES} times")]
    found = [error for index, span in enumerate(spans) for error in errors_of(span, now, zone, index)]
    for index, span in enumerate(spans):
        if any(span.starts_at < earlier.ends_at and earlier.starts_at < span.ends_at for earlier in spans[:index]):
            found.append(TimeError(index, "starts_at", "lies over another proposed time", "move one of them"))
    return found
