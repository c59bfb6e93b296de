"""The desk of cases: what is asked for, and the answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.supervision.schemas import NO_ZERO, Body
from services.supervision.schemas_duties import MovedTask
from services.supervision.views import View


class CaseCounts(View):
    """Cases by where they stand. ``overdue`` are all whose due date has passed, so it overlaps the three before it."""

    total: int = 0
    trouble: int = 0
    attention: int = 0
    escalated: int = 0
    overdue: int = 0
    on_time: int = 0
    paused: int = 0
    closed: int = 0


class PhaseCounts(CaseCounts):
    phase: str
    oldest_on: date | None = None
    """Since which day the one that is longest in this phase is there."""


class UnitCounts(CaseCounts):
    unit_id: str
    unit_name: str = ""


class Funnel(View):
    """The cases asked for, counted by phase and by unit; units in the order of what is wrong in them."""

    cycle_id: str
    at: datetime
    every: CaseCounts
    phases: list[PhaseCounts]
    units: list[UnitCounts]
    units_in_all: int


class DeskCase(View):
    """A case in the desk's list."""

    case_id: str
    cycle_id: str
    employee_id: str
    employee_name: str
    unit_id: str
    unit_name: str
    phase: str
    phase_opened_at: datetime
    phase_due_at: datetime
    days_in_phase: int
    status: str
    paused: bool
    overdue: bool
    attention: list[str]
    troubles: list[str]
    escalations: int
    supervisor_id: str | None
    supervisor_name: str | None
    waiting_for: str | None
    assignee_id: str | None
    assignee_name: str | None


class DeskCasePage(View):
    """A page of cases. ``total`` counts all that were asked for; None for a search, whose matches are not counted.

    A search for a name of very many people looks through a part of the list at a time: a page may hold fewer, and still go on.
    """

    items: list[DeskCase]
    total: int | None
    next_cursor: str | None


class CaseTroubles(Body):
    """All cases in trouble, as the watch over the workflows sees them now; whoever is not named is in none."""

    troubles: dict[Annotated[str, StringConstraints(max_length=120, pattern=NO_ZERO)], list[Literal["failing", "stuck"]]] = Field(
        max_length=10_000
    )


class Reported(View):
    changed: int


class BecauseBody(Body):
    """Why ops mends something; it is written into the audit trail."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=1000, pattern=NO_ZERO)]


class PlacedAgain(View):
    moved: list[MovedTask]
