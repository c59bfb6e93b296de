"""What can be done from a message itself, and what became of the link that does it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.notification.domain.lapse import Task

LIFE = timedelta(days=14)
"""Calendar time a link works from the making of its message."""


class Purpose(StrEnum):
    """The one thing a link does. Ratings are no purpose: they need a sign-in."""

    APPROVE_PLAN = "approve_plan"
    ACKNOWLEDGE_RESULT = "acknowledge_result"


class LinkState(StrEnum):
    """Where a genuine link stands."""

    READY = "ready"
    USED = "used"
    EXPIRED = "expired"
    OVERTAKEN = "overtaken"
    """The task was finished another way, or is somebody else's by now."""


@dataclass(frozen=True)
class Claim:
    """What a link says, signed: one purpose, one task in the hands it was in, one person, until when."""

    purpose: Purpose
    case_id: str
    task_id: str
    person_id: str
    version: int
    expires_at: datetime

    @property
    def identity(self) -> str:
        """The same link again, however often it was mailed, is one use."""
        return f"{self.purpose}/{self.task_id}/{self.person_id}/{self.version}"


def purpose_of(task_kind: str) -> Purpose | None:
    """The purpose that finishes a kind of task, where it is a simple yes."""
    return Purpose(task_kind) if task_kind in set(Purpose) else None


def link_state(claim: Claim, task: Task | None, *, used: bool, now: datetime) -> LinkState:
    """Where a link stands. That it was used is told before anything that follows from the use."""
    if used:
        return LinkState.USED
    if task is None or task.closed or task.assignee_id != claim.person_id or task.version != claim.version:
        return LinkState.OVERTAKEN
    return LinkState.EXPIRED if now >= claim.expires_at else LinkState.READY
