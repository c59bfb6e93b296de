"""Bodies of the dry run of a cycle."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field

from contracts.cycle import Phase, TimeoutPolicy
from services.appraisal.domain.cycle_dates import Collision
from services.appraisal.schemas import Body, Id
from services.appraisal.schemas_calendar import MoveView


class Part(StrEnum):
    """Where somebody would stand on the day the cycle opens."""

    ENROLLED = "enrolled"
    HEAD_SUPERVISES = "head_supervises"
    ON_LEAVE = "on_leave"
    NO_SUPERVISOR = "no_supervisor"
    SUPERVISOR_LEFT = "supervisor_left"
    NOT_YET = "not_yet"
    ENDED = "ended"
    OTHER_CYCLE = "other_cycle"
    EXCEPTED_UNIT = "excepted_unit"
    OTHER_UNIT = "other_unit"


ENROLLED = frozenset({Part.ENROLLED, Part.HEAD_SUPERVISES, Part.ON_LEAVE, Part.NO_SUPERVISOR, Part.SUPERVISOR_LEFT})
"""Those who would get a case; the others are left out, for that reason."""


FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
Planned = Annotated[AwareDatetime, Field(ge=FIRST, le=LAST)]


class PlannedWindow(Body):
    opens_at: Planned
    due_at: Planned
    on_timeout: TimeoutPolicy = TimeoutPolicy.HOLD
    extension_days: Annotated[int, Field(ge=1, le=90)] = 7
    maximum_extensions: Annotated[int, Field(ge=0, le=12)] = 1


class DryRunBody(Body):
    """A cycle as HR plans it, also where its dates cannot stay as they are."""

    cycle_id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")]
    year: Annotated[int, Field(ge=2020, le=2100)]
    calendar: Annotated[dict[Phase, PlannedWindow], Field(min_length=1)]
    unit_ids: Annotated[list[Id], Field(max_length=2000)] = []
    except_unit_ids: Annotated[list[Id], Field(max_length=2000)] = []
    may_overlap: bool = False
    required_check_ins: Annotated[int, Field(ge=0, le=12)] = 2
    check_in_rhythm: Literal["monthly", "quarterly", "none-fixed"] = "none-fixed"


class DateFindingView(BaseModel):
    """A collision; ``forbids`` where a cycle cannot be defined with it."""

    phase: str
    field: str
    collision: Collision
    forbids: bool
    other: str
    days: int
    dates: int = 0
    required: int = 0
    untold: int = 0
    """Of the ``dates`` of the rhythm of check-ins those beyond the ``required`` ones: nobody is reminded of them."""


class RunsOutView(BaseModel):
    """What a phase does by itself when its time runs out."""

    phase: str
    policy: str
    extended_until: list[datetime]
    escalated_until: datetime | None
    ends: str


class UnitCount(BaseModel):
    unit_id: str
    unit_name: str
    people: int


class DryRunPerson(BaseModel):
    person_id: str
    name: str
    position: str
    unit_name: str
    part: Part


class DryRunView(BaseModel):
    """What would happen if the cycle were opened as planned; nothing was stored."""

    enrolled: int
    left_out: int
    parts: dict[Part, int]
    by_unit: list[UnitCount]
    dates: list[DateFindingView]
    moves: list[MoveView]
    """Due dates on days off, and the working day each would move to."""
    timeouts: list[RunsOutView]
    may_open: bool
