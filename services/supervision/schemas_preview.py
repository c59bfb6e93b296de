"""A life event that is only looked at: its effects in, the open tasks it would touch out."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from services.supervision.schemas import Body, Key, PersonId

TaskEffectKind = Literal["moves", "waits", "cancelled", "opens"]


class EffectBody(Body):
    """One effect as the dry run of a life event says it; effects that touch no task are taken and change nothing."""

    kind: Key
    subject_id: Key
    to_id: Key | None = None
    on: date | None = None


class PreviewBody(Body):
    """What would happen. ``absent_id`` is who would not be on duty any more: on leave, or out of service."""

    absent_id: PersonId | None = None
    effects: list[EffectBody] = Field(default_factory=list, max_length=20_000)


class TaskEffect(BaseModel):
    """What would happen to an open task: it moves to another person, waits for the end of a leave, is cancelled or opens."""

    effect: TaskEffectKind
    task_id: str
    case_id: str
    kind: str
    employee_id: str
    employee_name: str = ""
    from_id: str | None = None
    from_name: str = ""
    to_id: str | None = None
    to_name: str = ""


class Preview(BaseModel):
    """The tasks, by employee; no task changes by asking."""

    tasks: list[TaskEffect]
