"""Bodies about holidays, the check of a cycle's dates, and proposals of the next year's cycle."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from contracts.cycle import CycleDefinition
from services.appraisal.domain.working_calendar import LONGEST_NAME, MOST_A_YEAR, HolidayKind
from services.appraisal.schemas import STORABLE, Body, Reason

HolidayName = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME, pattern=STORABLE, strip_whitespace=True)]


class HolidayBody(Body):
    day: date
    name: HolidayName
    kind: HolidayKind = HolidayKind.NATIONAL


class HolidayListBody(Body):
    """A year's whole list; what is not in it is a working day."""

    holidays: Annotated[list[HolidayBody], Field(max_length=MOST_A_YEAR)]


class HolidayView(BaseModel):
    day: date
    name: str
    kind: HolidayKind
    estimated: bool
    """Follows the moon, and the government has not fixed it yet."""


class DayOffView(BaseModel):
    day: date
    name: str | None
    """None on a Saturday or Sunday without a holiday."""


class MoveView(BaseModel):
    """A date on a day off, the working day it moves to, and the days off between."""

    phase: str
    field: Literal["opens_at", "due_at"]
    was: datetime
    becomes: datetime
    because: list[DayOffView]


class CycleOnDaysOff(BaseModel):
    """A cycle whose due dates fall on days off by the lists of today, or that runs by an older list."""

    cycle_id: str
    name: str
    status: str
    moves: list[MoveView]
    older_list: bool


class HolidayYearView(BaseModel):
    year: int
    source: Literal["shipped", "hr"]
    version: int
    """0 for the shipped list."""
    holidays: list[HolidayView]


class CalendarCheck(BaseModel):
    """The dates that fall on days off, and the definition with each moved to the next working day."""

    moves: list[MoveView]
    definition: CycleDefinition


class DateChange(BaseModel):
    """One date of a proposal beside this year's: the same day next year, and where it stands now."""

    phase: str
    field: Literal["opens_at", "due_at"]
    this_year: datetime
    same_day: datetime
    proposed: datetime
    because: list[DayOffView]
    """The days off for which it moved; empty where it did not, or HR chose another day."""
    edited: bool


class OtherChange(BaseModel):
    """Anything else that differs from this year's cycle."""

    field: str
    this_year: str
    proposed: str


class ProposalRow(BaseModel):
    cycle_id: str
    from_cycle_id: str
    name: str
    year: int
    status: Literal["waiting", "approved", "withdrawn"]
    version: int
    proposed_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    reason: str


class ProposalView(ProposalRow):
    definition: CycleDefinition
    dates: list[DateChange]
    others: list[OtherChange]
    moves: list[MoveView]
    """Due dates that fall on days off as it stands now."""


class ProposalBody(Body):
    """What to propose from, where there is no cycle of the year before: a template."""

    template: CycleDefinition
    year: Annotated[int, Field(ge=2021, le=2100)]


class WithdrawalBody(Body):
    reason: Reason
