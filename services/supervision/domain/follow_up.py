"""What was agreed in a check-in (evaluasi periodik): open until it is done, and on the agenda of every later one."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class FollowUpState(StrEnum):
    """Overdue is a state of its own, not a kind of progress."""

    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"


def state_of(*, done: bool, due_on: date | None, today: date) -> FollowUpState:
    """Where a follow-up stands today."""
    if done:
        return FollowUpState.DONE
    return FollowUpState.OVERDUE if due_on is not None and due_on < today else FollowUpState.OPEN
