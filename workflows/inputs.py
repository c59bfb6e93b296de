"""What goes into the workflows and comes out of them: start inputs, signals, and the views queries answer with."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from contracts.cycle import Calendar, CaseOutcome, ClockSetting, CycleDefinition, Phase, Policies

CommandKind = Literal["pause", "resume", "cancel", "extend", "skip", "reopen", "announce"]


class CaseInput(BaseModel):
    """All a case needs to walk the year. ``opened_at`` and ``due_at`` (of target setting) are calendar time."""

    model_config = ConfigDict(frozen=True)

    cycle_id: str
    case_id: str
    person_id: str
    unit_id: str
    calendar: Calendar
    policies: Policies
    clock: ClockSetting
    opened_at: datetime
    due_at: datetime


class CycleInput(BaseModel):
    """A cycle to run. ``opened`` and ``sweeps`` carry over when its history continues as new."""

    model_config = ConfigDict(frozen=True)

    definition: CycleDefinition
    clock: ClockSetting
    opened: bool = False
    cancelled: bool = False


class Fact(BaseModel):
    """An event about a case, as the bridge hands it on. A repeat of ``event_id`` changes nothing.

    ``trace`` and ``began`` say what it follows from; what the case publishes because of it says the same.
    """

    model_config = ConfigDict(frozen=True)

    event_id: str
    type: str
    data: dict[str, Any]
    trace: str | None = None
    began: datetime | None = None


class Command(BaseModel):
    """What HR or ops orders for a case.

    ``phase`` is the one to extend, skip or open again; ``due_at`` its new due date (``extend``, and ``reopen`` where given).
    """

    model_config = ConfigDict(frozen=True)

    command_id: str
    kind: CommandKind
    reason: str
    by: str
    phase: Phase | None = None
    due_at: datetime | None = None
    trace: str | None = None
    began: datetime | None = None


class CycleCommand(BaseModel):
    """A command for every case of a cycle, or of one unit of it."""

    model_config = ConfigDict(frozen=True)

    command: Command
    unit_id: str | None = None


class Step(BaseModel):
    """One thing that happened to a case, for the ops desk."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    what: str


class CaseView(BaseModel):
    """Where a case stands, as its workflow knows it."""

    case_id: str
    cycle_id: str
    unit_id: str
    phase: Phase
    waiting_to_open: Phase | None
    due_at: datetime
    overdue: bool
    paused: bool
    paused_until: datetime | None = None
    """When a leave's pause ends by itself."""
    extensions: int
    escalations: int
    attention: list[str]
    passed_over: list[Phase]
    skipped: list[Phase] = []
    """Those passed over by an order."""
    walked: list[Phase] = []
    """The phases the case has been in, to one of which it can go back."""
    history: list[Step]


class CycleView(BaseModel):
    """Where a cycle stands, as its workflow knows it."""

    cycle_id: str
    opened: bool
    cancelled: bool
    sweeps: int
    enrolled: int


class Publication(BaseModel):
    """Events to publish, each a dumped envelope; their ids are fixed, so a repeat publishes repeats."""

    model_config = ConfigDict(frozen=True)

    envelopes: list[dict[str, Any]]


class Enrolment(BaseModel):
    """What a sweep over the population did."""

    started: int = 0
    already: int = 0
    failed: dict[str, str] = {}


class CaseCount(BaseModel):
    """Cases of a cycle by state."""

    running: int
    total: int


__all__ = [
    "CaseCount",
    "CaseInput",
    "CaseOutcome",
    "CaseView",
    "Command",
    "CommandKind",
    "CycleCommand",
    "CycleInput",
    "CycleView",
    "Enrolment",
    "Fact",
    "Publication",
    "Step",
]
