"""What messages are about, as far as they need to know of it: cases, tasks, and the cycle's policies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field

from services.notification.models.base import INSTANT, JSON, TEXT, Row


class CaseCopy(Row, table=True):
    """Whose case it is, for events that name only the case."""

    __tablename__ = "appraisal_case"

    case_id: str = Field(primary_key=True, sa_type=TEXT)
    cycle_id: str = Field(sa_type=TEXT)
    employee_id: str = Field(sa_type=TEXT)


class TaskCopy(Row, table=True):
    """Whether a task is still to be done, by whom and by when; ``version`` counts the hands it went through."""

    __tablename__ = "task"

    task_id: str = Field(primary_key=True, sa_type=TEXT)
    case_id: str = Field(sa_type=TEXT)
    kind: str = Field(sa_type=TEXT)
    assignee_id: str = Field(sa_type=TEXT)
    due_at: datetime | None = Field(default=None, sa_type=INSTANT)
    closed: bool
    version: int


class CycleCopy(Row, table=True):
    """What a cycle does by itself when a phase's time runs out, for messages that say what happens next."""

    __tablename__ = "cycle"

    cycle_id: str = Field(primary_key=True, sa_type=TEXT)
    policies: dict[str, Any] = Field(sa_type=JSON)
