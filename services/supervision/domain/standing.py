"""Where a case stands on the desk, and which come first: what nobody can go on with, then what is late."""

from __future__ import annotations

from datetime import date, datetime
from enum import IntEnum, StrEnum
from zoneinfo import ZoneInfo

CITY_ZONE = ZoneInfo("Asia/Jakarta")


class Urgency(IntEnum):
    """The order of the desk's lists; within one, the earliest due date comes first, so that what is overdue does."""

    TROUBLE = 0
    """Its workflow fails, or nothing moves it any more."""
    ATTENTION = 1
    """A step has nobody, or a supervisor is disputed."""
    ESCALATED = 2
    """Its due date was missed, and it went to the superior."""
    USUAL = 3
    PAUSED = 4
    CLOSED = 5


class Standing(StrEnum):
    """What the desk can be asked for. ``overdue`` are all whose due date has passed, for whatever reason."""

    OPEN = "open"
    TROUBLE = "trouble"
    ATTENTION = "attention"
    ESCALATED = "escalated"
    OVERDUE = "overdue"
    ON_TIME = "on_time"
    PAUSED = "paused"
    CLOSED = "closed"


DUE = (Urgency.TROUBLE, Urgency.ATTENTION, Urgency.ESCALATED, Urgency.USUAL)
"""Only these can be late: nothing is due while a case is paused."""
URGENCIES: dict[Standing, tuple[Urgency, ...]] = {
    Standing.OPEN: (*DUE, Urgency.PAUSED),
    Standing.TROUBLE: (Urgency.TROUBLE,),
    Standing.ATTENTION: (Urgency.ATTENTION,),
    Standing.ESCALATED: (Urgency.ESCALATED,),
    Standing.OVERDUE: DUE,
    Standing.ON_TIME: (Urgency.USUAL,),
    Standing.PAUSED: (Urgency.PAUSED,),
    Standing.CLOSED: (Urgency.CLOSED,),
}


def urgency_of(*, closed: bool, paused: bool, in_trouble: bool, attention: bool, escalated: bool) -> Urgency:
    """The worst that can be said of a case."""
    if closed:
        return Urgency.CLOSED
    if paused:
        return Urgency.PAUSED
    if in_trouble:
        return Urgency.TROUBLE
    if attention:
        return Urgency.ATTENTION
    return Urgency.ESCALATED if escalated else Urgency.USUAL


def days_in_phase(opened_at: datetime, now: datetime) -> int:
    """How old a case is in its phase: days of the city's calendar since the one it opened on."""
    return (day_of(now) - day_of(opened_at)).days


def day_of(instant: datetime) -> date:
    """The day in the city."""
    return instant.astimezone(CITY_ZONE).date()
