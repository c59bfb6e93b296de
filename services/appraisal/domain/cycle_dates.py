"""A cycle's dates before it is opened: which collide, and what each phase does when its time runs out.

The phases follow each other as PermenPANRB 6/2022 has them: planning, monitoring, appraisal, follow-up.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

DAY = timedelta(days=1)
MONTHS_BETWEEN = {"monthly": 1, "quarterly": 3}
"""The rhythms of periodic evaluation (PermenPANRB 6/2022), in months."""


class Collision(StrEnum):
    ENDS_BEFORE_IT_OPENS = "ends_before_it_opens"
    OPENS_BEFORE_THE_ONE_BEFORE = "opens_before_the_one_before"
    CANNOT_BE_PASSED_OVER = "cannot_be_passed_over"
    OPENS_BEFORE_THE_ONE_BEFORE_IS_DUE = "opens_before_the_one_before_is_due"
    GAP = "gap"
    EXTENSION_REACHES_INTO_THE_NEXT = "extension_reaches_into_the_next"
    OUTSIDE_THE_YEAR = "outside_the_year"
    MORE_DATES_THAN_CHECK_INS = "more_dates_than_check_ins"

    @property
    def forbids(self) -> bool:
        """Whether a cycle with it cannot be defined at all; the others are for HR to weigh."""
        return self in _FORBIDDEN


_FORBIDDEN = frozenset({Collision.ENDS_BEFORE_IT_OPENS, Collision.OPENS_BEFORE_THE_ONE_BEFORE, Collision.CANNOT_BE_PASSED_OVER})
NEEDED = frozenset({"supervisor_review", "feedback_session", "objection"})
"""Phases without which nothing can follow: their time may run out, but they are not passed over."""
IN_TURN = ("target_setting", "monitoring", "self_assessment", "supervisor_review", "feedback_session")
"""Phases every case goes through; the others are for some cases and lie between."""


@dataclass(frozen=True)
class PlannedPhase:
    """When a phase opens and is due, and what it does when time runs out."""

    opens_at: datetime
    due_at: datetime
    on_timeout: str
    extension_days: int
    maximum_extensions: int


@dataclass(frozen=True)
class DateFinding:
    """A collision of a phase's date, with the other phase or the days it is about."""

    phase: str
    field: str
    collision: Collision
    other: str = ""
    days: int = 0
    dates: int = 0
    """How many dates the rhythm of check-ins has."""
    required: int = 0
    """How many check-ins are required, and thus somebody's task."""
    untold: int = 0
    """The dates that are nobody's task: nobody is reminded of them."""


@dataclass(frozen=True)
class RunsOut:
    """What a phase does by itself once it is late: the dates it gives, and how it ends."""

    phase: str
    policy: str
    extended_until: tuple[datetime, ...]
    escalated_until: datetime | None
    ends: str
    """``proceed`` goes on without what is missing, ``hold`` waits, marked overdue, until somebody acts."""


def collisions(year: int, phases: Mapping[str, PlannedPhase]) -> list[DateFinding]:
    """Everything about the dates that cannot be, and everything HR may want to see before it is."""
    found = []
    for name, phase in phases.items():
        if phase.due_at <= phase.opens_at:
            found.append(DateFinding(name, "due_at", Collision.ENDS_BEFORE_IT_OPENS))
        if phase.on_timeout == "proceed" and name in NEEDED:
            found.append(DateFinding(name, "on_timeout", Collision.CANNOT_BE_PASSED_OVER))
        if phase.opens_at.year != year:
            found.append(DateFinding(name, "opens_at", Collision.OUTSIDE_THE_YEAR))
    turns = [name for name in IN_TURN if name in phases]
    for before, after in pairwise(turns):
        found += _between(before, phases[before], after, phases[after], phases)
    return found


def check_ins_untold(phases: Mapping[str, PlannedPhase], rhythm: str, required: int) -> list[DateFinding]:
    """Whether a fixed rhythm of periodic evaluation has dates beyond the required check-ins, which become no task.

    PermenPANRB 6/2022 lets the rhythm be monthly or quarterly; a cycle may require fewer, but HR is to see what that means.
    """
    monitoring = phases.get("monitoring")
    if monitoring is None or monitoring.due_at <= monitoring.opens_at:
        return []
    dates = dates_of_rhythm(rhythm, monitoring.opens_at, monitoring.due_at)
    if dates <= required:
        return []
    more = Collision.MORE_DATES_THAN_CHECK_INS
    return [DateFinding("monitoring", "check_in_rhythm", more, dates=dates, required=required, untold=dates - required)]


def dates_of_rhythm(rhythm: str, opens_at: datetime, due_at: datetime) -> int:
    """How many check-ins a rhythm expects: one after every so many months of the window, the last with its end; none without one.

    Supervision has the dates themselves; services share no rules, and a test holds this number to those dates.
    """
    months = MONTHS_BETWEEN.get(rhythm)
    if months is None:
        return 0
    begun = (due_at.year - opens_at.year) * 12 + due_at.month - opens_at.month
    last_day = monthrange(due_at.year, due_at.month)[1]
    if opens_at.replace(year=due_at.year, month=due_at.month, day=min(opens_at.day, last_day)) >= due_at:
        begun -= 1
    return begun // months + 1


def _between(before: str, first: PlannedPhase, after: str, second: PlannedPhase, phases: Mapping[str, PlannedPhase]) -> list[DateFinding]:
    if second.opens_at < first.opens_at:
        return [DateFinding(after, "opens_at", Collision.OPENS_BEFORE_THE_ONE_BEFORE, before)]
    found = []
    if second.opens_at < first.due_at:
        days = (first.due_at - second.opens_at) // DAY
        found.append(DateFinding(after, "opens_at", Collision.OPENS_BEFORE_THE_ONE_BEFORE_IS_DUE, before, days))
    optional = [phase.due_at for name, phase in phases.items() if name not in IN_TURN and first.due_at <= phase.due_at <= second.opens_at]
    days = (second.opens_at - max([first.due_at, *optional])) // DAY
    if days > 0:
        found.append(DateFinding(after, "opens_at", Collision.GAP, before, days))
    last = last_date(first)
    if last > second.due_at > first.due_at:
        found.append(DateFinding(before, "extension_days", Collision.EXTENSION_REACHES_INTO_THE_NEXT, after, (last - second.due_at) // DAY))
    return found


def runs_out(name: str, phase: PlannedPhase) -> RunsOut:
    """What happens step by step: extensions first, then the next superior, then it goes on or waits."""
    step = timedelta(days=phase.extension_days)
    extended: list[datetime] = []
    if phase.on_timeout == "extend":
        extended = [phase.due_at + step * number for number in range(1, phase.maximum_extensions + 1)]
    escalated = None
    if phase.on_timeout in {"extend", "escalate"}:
        escalated = (extended[-1] if extended else phase.due_at) + step
    ends = "proceed" if phase.on_timeout == "proceed" else "hold"
    return RunsOut(name, phase.on_timeout, tuple(extended), escalated, ends)


def last_date(phase: PlannedPhase) -> datetime:
    """The last date a phase gives by itself."""
    out = runs_out("", phase)
    return out.escalated_until or (out.extended_until[-1] if out.extended_until else phase.due_at)
