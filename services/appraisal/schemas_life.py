"""Bodies and answers of life events."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.cycle import ServiceEnd
from contracts.personnel import PositionKind
from services.appraisal.domain.life import EffectKind, LifeEventKind
from services.appraisal.schemas import STORABLE, Body, Id, Line, Reason

UnitSlug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
UnitName = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=STORABLE, strip_whitespace=True)]


class LifeBody(Body):
    """What every life event says: why, and whether to only say what it would do."""

    reason: Reason
    dry_run: bool = False


class TransferBody(LifeBody):
    """Somebody works elsewhere from today on. Without ``supervisor_id`` the new unit's head supervises; ``successor_id``
    takes over the people they supervised, who else go to the next superior."""

    unit_id: UnitSlug
    supervisor_id: Id | None = None
    successor_id: Id | None = None
    keeps_people: bool = False
    position: Line = ""
    position_kind: PositionKind | None = None


class HandOverBody(LifeBody):
    """Somebody takes over the people and units of another: a post is filled again."""

    successor_id: Id


class LeaveBody(LifeBody):
    """A long leave from its first to its last day; a newer one replaces one that is recorded."""

    starts_on: date
    ends_on: date


class ReturnBody(LifeBody):
    """Somebody is back from today on, or a planned leave is called off."""


class EndOfServiceBody(LifeBody):
    """The last day of service (the day of death)."""

    kind: ServiceEnd
    on: date
    successor_id: Id | None = None


class NewUnit(Body):
    """A unit after a reorganisation; one of the old units may go on. The fields left out stay as they are."""

    unit_id: UnitSlug
    name: UnitName
    parent_id: UnitSlug | None = None
    kind: Line = ""
    head_id: Id | None = None
    person_ids: list[Id] = Field(default_factory=list, max_length=5000)


class ReorganisationBody(LifeBody):
    """Units merged or split: the old ones, the new ones with their people, and where everybody else goes."""

    from_unit_ids: list[UnitSlug] = Field(min_length=1, max_length=50)
    to: list[NewUnit] = Field(min_length=1, max_length=50)
    rest_to: UnitSlug | None = None


class EffectView(BaseModel):
    """One thing that changes, with the names to show."""

    model_config = ConfigDict(from_attributes=True)

    kind: EffectKind
    subject_id: str
    subject_name: str = ""
    to_id: str | None = None
    to_name: str = ""
    on: date | None = None


class LifeOutcome(BaseModel):
    """What an event did, or would do. ``changed`` is false where everything was so already."""

    kind: LifeEventKind
    dry_run: bool
    changed: bool
    effects: list[EffectView]


class LifeEventView(BaseModel):
    """One entry of the journal."""

    model_config = ConfigDict(from_attributes=True)

    position: int
    kind: LifeEventKind
    subject_id: str
    subject_name: str = ""
    detail: dict[str, Any]
    effects: int
    reason: str
    recorded_by: str
    recorded_at: datetime
