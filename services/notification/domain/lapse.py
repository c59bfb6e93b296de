"""When a message that has not gone out is pointless: what it asks for is done, or is no longer this person's to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Lapse(StrEnum):
    """What makes an unsent message pointless."""

    NEVER = ""
    CLOSED = "closed"
    CLOSED_OR_MOVED = "moved"
    CLOSED_MOVED_OR_REDATED = "redated"
    """Also a new due date: nobody is reminded of a date that no longer holds."""
    CLOSED_OR_REDATED = "dated"
    """A meeting that is called off or takes place at another time, whoever is in it."""


@dataclass(frozen=True)
class Task:
    """A task as far as messages need to know of it. ``version`` counts the hands it went through."""

    task_id: str
    assignee_id: str
    due_at: datetime | None
    closed: bool
    version: int


def lapsed(lapse: Lapse, task: Task | None, person_id: str, due_at: object) -> bool:
    """Whether a message about this task to this person has become pointless; an unknown task makes none so."""
    if lapse is Lapse.NEVER or task is None:
        return False
    if task.closed:
        return True
    if lapse is Lapse.CLOSED:
        return False
    if lapse is not Lapse.CLOSED_OR_REDATED and task.assignee_id != person_id:
        return True
    return lapse is not Lapse.CLOSED_OR_MOVED and task.due_at is not None and task.due_at != due_at
