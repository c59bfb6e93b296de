"""When things are due: pure rules over calendar time, without a clock of their own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from contracts.appraisal import Category
from contracts.cycle import Calendar, PhaseWindow, Policies, TimeoutPolicy
from contracts.working_days import CITY_ZONE, WorkingDays

REMINDER_TIME = time(9, 0)
"""Reminders leave in the city's working hours, whatever hour the due date falls on."""
EXTREMES = frozenset({Category.SANGAT_BAIK, Category.SANGAT_KURANG})


def due_when_opened(due_at: datetime, now: datetime, calendar: Calendar) -> datetime:
    """The due date of a phase opened now: the calendar's, but never less than ``return_days`` away."""
    return max(due_at, calendar.due_after(now, calendar.return_days))


def reminder_instants(calendar: Calendar, due_at: datetime) -> list[tuple[datetime, int]]:
    """When to remind of a due date, with the days left: T-7, T-3, T-1 (or as the calendar says), the day itself, the day after.

    On a day off nobody is reminded: it is done on the working day before, and of what is overdue on the next one.
    """
    due_day = due_at.astimezone(CITY_ZONE).date()
    working = calendar.working_days()
    days = {due_day - timedelta(days=left) for left in (*calendar.reminder_days, 0)}
    after = due_day + timedelta(days=1)
    if working is not None:
        days, after = {working.on_or_before(day) for day in days}, working.on_or_after(after)
    instants = [(datetime.combine(day, REMINDER_TIME, CITY_ZONE), (due_day - day).days) for day in sorted({*days, after})]
    return [(instant, left) for instant, left in instants if left < 0 or instant < due_at]


def reminder_owed(calendar: Calendar, due_at: datetime, since: datetime, now: datetime, reminded: frozenset[int]) -> int | None:
    """The days left to remind of now, or nothing.

    ``since`` is when the due date became known: dates before it need no reminder. Of several missed ones only the
    last is owed, and on a day off none. ``reminded`` are the days left already reminded of for this due date.
    """
    working = calendar.working_days()
    if working is not None and not working.works_at(now):
        return None
    return _unsaid(calendar, due_at, since, now, reminded)


def _unsaid(calendar: Calendar, due_at: datetime, since: datetime, now: datetime, reminded: frozenset[int]) -> int | None:
    passed = [left for instant, left in reminder_instants(calendar, due_at) if since < instant <= now]
    if not passed or passed[-1] in reminded:
        return None
    return passed[-1]


def days_left(calendar: Calendar, due_at: datetime, now: datetime, planned: int) -> int:
    """The days left to tell of: those there are now, for a reminder can be held up over days off."""
    if calendar.days_off is None:
        return planned
    return (due_at.astimezone(CITY_ZONE).date() - now.astimezone(CITY_ZONE).date()).days


def next_alarm(
    calendar: Calendar, due_at: datetime, since: datetime, now: datetime, *, overdue: bool, reminded: frozenset[int] = frozenset()
) -> datetime | None:
    """The next instant at which the clock asks for something: a reminder, or the due date itself."""
    instants = [instant for instant, _ in reminder_instants(calendar, due_at) if instant > now and instant > since]
    if not overdue:
        instants.append(due_at)
    working = calendar.working_days()
    if working is not None and not working.works_at(now) and _unsaid(calendar, due_at, since, now, reminded) is not None:
        instants.append(datetime.combine(working.on_or_after(now.astimezone(CITY_ZONE).date()), REMINDER_TIME, CITY_ZONE))
    return min(instants) if instants else None


@dataclass(frozen=True)
class Timeout:
    """What follows from a missed due date: ``action``, and the new due date where there is one."""

    action: TimeoutPolicy
    due_at: datetime


def on_timeout(window: PhaseWindow, due_at: datetime, *, extensions: int, escalations: int, working: WorkingDays | None = None) -> Timeout:
    """Apply a phase's policy: extensions run out into an escalation, an escalation into holding. A new date is a working day."""
    later = due_at + timedelta(days=window.extension_days)
    later = later if working is None else working.moved(later)
    match window.on_timeout:
        case TimeoutPolicy.EXTEND if extensions < window.maximum_extensions:
            return Timeout(TimeoutPolicy.EXTEND, later)
        case TimeoutPolicy.EXTEND | TimeoutPolicy.ESCALATE if escalations == 0:
            return Timeout(TimeoutPolicy.ESCALATE, later)
        case TimeoutPolicy.PROCEED:
            return Timeout(TimeoutPolicy.PROCEED, due_at)
        case _:
            return Timeout(TimeoutPolicy.HOLD, due_at)


def is_extreme(policies: Policies, category: Category) -> bool:
    """Whether the independent evaluation team looks at a case for its best or worst category."""
    return policies.evaluate_extremes and category in EXTREMES


def has_own_lot(policies: Policies, case_id: str) -> bool:
    """Whether a case begun before supervision drew the sample is looked at: by a lot of its own."""
    digest = hashlib.sha256(f"{policies.evaluation_seed}/{case_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64 < policies.evaluation_sample_rate
