"""Bodies and answers about stand-ins and the parts of a year."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from contracts.appraisal import Rating
from services.supervision.schemas import Body, PersonId, Written
from services.supervision.views import View

StandInKind = Literal["delegation", "plt", "plh"]


class StandInBody(Body):
    """Who stands in for whom, from the first to the last day. Only HR names acting officials, or speaks for others."""

    kind: StandInKind = "delegation"
    for_person_id: PersonId
    person_id: PersonId
    starts_on: date
    ends_on: date
    reason: Written
    dry_run: bool = False


class EndBody(Body):
    """Why a stand-in ends before its last day."""

    reason: Written


class MovedTask(BaseModel):
    """An open task that moves, or would."""

    task_id: str
    case_id: str
    kind: str
    from_id: str
    to_id: str
    employee_name: str = ""
    from_name: str = ""
    to_name: str = ""


class StandInView(View):
    stand_in_id: str
    kind: StandInKind
    for_person_id: str
    for_person_name: str = ""
    person_id: str
    person_name: str = ""
    starts_on: date
    ends_on: date
    reason: str
    begun_at: datetime | None = None
    finished_at: datetime | None = None


class StandInOutcome(BaseModel):
    """A stand-in as recorded (None after a dry run) and the tasks that move now; those of later days move with their day."""

    stand_in: StandInView | None
    dry_run: bool
    moved: list[MovedTask]


class StandInList(BaseModel):
    items: list[StandInView]


class PartRatingBody(Body):
    """The leaving assessor's rating of their part of the year."""

    results: Rating
    behaviour: Rating
    reason: Written


class PartView(View):
    """One assessor's part of the year."""

    number: int = Field(ge=1)
    assessor_id: str
    unit_id: str
    starts_on: date
    ends_on: date | None
    months: int | None
    results: str | None
    behaviour: str | None
    reason: str
    rated_at: datetime | None
