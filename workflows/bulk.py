"""Orders on many cases at once: what is ordered, which cases are chosen, and which are left out before anything is tried. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.cycle import Phase
from workflows.way_back import SKIPPABLE, WALK

MOST_CASES = 20_000
"""Cases of one order; whoever wants more chooses unit by unit, or orders the whole cycle."""
FIRST_REFUSALS = 20


class Kind(StrEnum):
    """The orders that can be given to many; each does what it does to one."""

    SKIP = "skip"
    REOPEN = "reopen"
    EXTEND = "extend"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    ANNOUNCE = "announce"
    RETRY = "retry"
    RE_EMIT = "re_emit"
    SETTLE = "settle"


OF_OPS = frozenset({Kind.RETRY, Kind.RE_EMIT})
WITH_PHASE = frozenset({Kind.SKIP, Kind.REOPEN, Kind.EXTEND})
Standing = Literal["open", "trouble", "attention", "escalated", "overdue", "on_time", "paused"]


class Choice(BaseModel):
    """Which cases, as the desk's search finds them; a unit stands for those below it too."""

    model_config = ConfigDict(frozen=True)

    cycle_id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")
    unit_id: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")
    phase: Phase | None = None
    standing: Standing = "open"
    stuck_days: int | None = Field(default=None, ge=0, le=3660)
    """At least so many days in their phase."""
    search: str = Field(default="", max_length=120, pattern=r"^[^\x00]*$")


class BulkInput(BaseModel):
    """One order for many cases, and whose it is."""

    model_config = ConfigDict(frozen=True)

    order_id: str
    kind: Kind
    reason: str
    by: str
    choice: Choice
    per_second: float
    phase: Phase | None = None
    due_at: datetime | None = None
    waiting: list[str] | None = None
    """The cases still to be told; None before they are chosen."""
    done: BulkDone | None = None


class Refusal(BaseModel):
    case_id: str
    why: str


class BulkDone(BaseModel):
    """What became of the cases so far."""

    done: int = 0
    refused: int = 0
    first_refusals: list[Refusal] = []

    def with_more(self, more: BulkDone) -> BulkDone:
        refusals = [*self.first_refusals, *more.first_refusals][:FIRST_REFUSALS]
        return BulkDone(done=self.done + more.done, refused=self.refused + more.refused, first_refusals=refusals)


class LeftOut(BaseModel):
    """Cases that are not tried, and why."""

    cases: int
    why: str


class Chosen(BaseModel):
    """The cases an order reaches, and those it leaves out."""

    case_ids: list[str] = []
    left_out: list[LeftOut] = []


class Batch(BaseModel):
    """Cases to tell now, at a pace."""

    order: BulkInput
    case_ids: list[str]


class Progress(BaseModel):
    """How far an order has come."""

    order_id: str
    kind: Kind
    reason: str
    by: str
    cycle_id: str
    state: Literal["choosing", "running", "stopping", "stopped", "done"]
    reached: int
    left: int
    done: int
    refused: int
    first_refusals: list[Refusal]
    stopped_by: str = ""
    stopped_because: str = ""


def why_left_out(kind: Kind, phase: Phase | None, case: Mapping[str, Any]) -> str:
    """Why an order can do nothing for a case as the desk lists it; empty where it is tried."""
    present, paused = Phase(case["phase"]), bool(case["paused"])
    if present is Phase.CLOSED:
        return "has ended"
    match kind:
        case Kind.SKIP if phase not in SKIPPABLE:
            return "cannot be passed over"
        case Kind.SKIP if present is not phase:
            return "is in another phase"
        case Kind.REOPEN if present is Phase.OBJECTION:
            return "an objection is heard"
        case Kind.REOPEN if phase not in WALK or WALK.index(phase) > WALK.index(present):
            return "has not come to that phase"
        case Kind.SKIP | Kind.REOPEN | Kind.PAUSE if paused:
            return "is paused"
        case Kind.RESUME if not paused:
            return "is not paused"
        case Kind.RETRY if "failing" not in case["troubles"]:
            return "nothing fails"
    return ""


EFFECTS = {
    Kind.SKIP: "{phase} is passed over and recorded as skipped",
    Kind.REOPEN: "the case goes back to {phase}; what was recorded stays as history",
    Kind.EXTEND: "{phase} is due on {due_at}",
    Kind.PAUSE: "the case is paused: nothing runs out until it is resumed",
    Kind.RESUME: "the case goes on; due dates move by the time it was paused",
    Kind.CANCEL: "the case ends without a result, which cannot be undone",
    Kind.ANNOUNCE: "the case tells the services again where it stands",
    Kind.RETRY: "what fails is tried at once",
    Kind.RE_EMIT: "stored events of the case go out again; who has them drops the repeat",
    Kind.SETTLE: "tasks that are overtaken close, and missing ones open",
}


def effect_of(kind: Kind, phase: Phase | None, due_at: datetime | None, cases: int, per_second: float) -> str:
    """What an order would do, in one sentence."""
    what = EFFECTS[kind].format(phase=phase.value if phase else "", due_at=due_at.isoformat() if due_at else "")
    seconds = round(cases / per_second)
    return f"In {cases} cases, one after the other in about {seconds} s: {what}."


BulkInput.model_rebuild()
