"""What life does to a case: a long leave pauses it and the end of service closes it, each at its own instant. Pure: no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.appraisal import EmployeeAway, EmployeeBack, EmployeeLeft, EmployeeMoved
from workflows.inputs import Fact

LIFE_TYPES = frozenset({EmployeeMoved.TYPE, EmployeeAway.TYPE, EmployeeBack.TYPE, EmployeeLeft.TYPE})
"""The personnel facts a case attends to at once, whatever phase it is in."""


class Turn(StrEnum):
    """What the calendar asks of a case now."""

    PAUSE = "pause"
    RESUME = "resume"
    END = "end"


@dataclass
class Life:
    """The leave and the end of service a case knows of. ``on_leave``: the case is paused by this leave, and by nothing else."""

    leave: EmployeeAway | None = None
    end: EmployeeLeft | None = None
    on_leave: bool = False
    back: bool = False

    def take(self, fact: Fact) -> None:
        """Remember a fact; a newer leave or end of service replaces the earlier one."""
        match fact.type:
            case EmployeeAway.TYPE:
                self.leave, self.back = EmployeeAway.model_validate(fact.data), False
            case EmployeeBack.TYPE:
                self.back = True
            case EmployeeLeft.TYPE:
                self.end = EmployeeLeft.model_validate(fact.data)

    def turn(self, now: datetime, *, paused: bool) -> Turn | None:
        """What is due now. The end of service goes before everything; a case paused by HR is not paused again by a leave."""
        if self.end is not None and now >= self.end.leaves_at:
            return Turn.END
        over = self.back or self.leave is None or now >= self.leave.ends_at
        if self.on_leave and (over or self._moved_ahead(now)):
            return Turn.RESUME
        begun = self.leave is not None and self.leave.starts_at <= now
        return Turn.PAUSE if begun and not over and not paused else None

    def _moved_ahead(self, now: datetime) -> bool:
        return self.leave is not None and now < self.leave.starts_at

    def next_instant(self, now: datetime) -> datetime | None:
        """When to look again."""
        instants = [self.end.leaves_at] if self.end is not None else []
        if self.leave is not None and not self.back:
            instants += [self.leave.starts_at, self.leave.ends_at]
        return min((instant for instant in instants if instant > now), default=None)
