"""The desk of cases: the funnel, and the list with the most urgent first."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from contracts.cycle import Phase
from kit.http import Caller, PageLimit, ServiceRoute, Unit
from services.supervision.domain.standing import Standing
from services.supervision.schemas import NO_ZERO, Key
from services.supervision.schemas_case_desk import BecauseBody, CaseTroubles, DeskCasePage, Funnel, PlacedAgain, Reported
from services.supervision.service import case_desk, case_watch

router = APIRouter(prefix="/case-desk", tags=["desk of cases"], route_class=ServiceRoute)
Days = Annotated[int | None, Query(ge=0, le=3660, description="days of the calendar a case is in its phase")]
Search = Annotated[str, Query(max_length=120, pattern=NO_ZERO, description="a person, a case or a unit")]
Units = Annotated[int, Query(ge=1, le=2000, description="units to name, those with most that is wrong first")]


@router.get("/funnel")
async def read_funnel(
    unit: Unit,
    caller: Caller,
    cycle_id: Key,
    unit_id: Key | None = None,
    phase: Phase | None = None,
    standing: Standing = Standing.OPEN,
    days_from: Days = None,
    days_to: Days = None,
    units: Units = 50,
) -> Funnel:
    """Cases counted by phase and by unit, with every filter of the list."""
    asked = case_desk.wanted(
        unit,
        cycle_id=cycle_id,
        unit_id=unit_id,
        phase=phase.value if phase else None,
        standing=standing,
        days_from=days_from,
        days_to=days_to,
    )
    return await case_desk.funnel(unit, caller, asked, units)


@router.get("/cases")
async def list_cases(
    unit: Unit,
    caller: Caller,
    cycle_id: Key,
    unit_id: Key | None = None,
    phase: Phase | None = None,
    standing: Standing = Standing.OPEN,
    days_from: Days = None,
    days_to: Days = None,
    search: Search = "",
    cursor: str | None = None,
    limit: PageLimit = 50,
) -> DeskCasePage:
    """Cases with those in trouble first, then what needs somebody, was escalated, is overdue, and the rest by due date."""
    asked = case_desk.wanted(
        unit,
        cycle_id=cycle_id,
        unit_id=unit_id,
        phase=phase.value if phase else None,
        standing=standing,
        days_from=days_from,
        days_to=days_to,
    )
    return await case_desk.cases(unit, caller, asked, search=search, cursor=cursor, limit=limit)


@router.put("/troubles")
async def report_troubles(body: CaseTroubles, unit: Unit, caller: Caller) -> Reported:
    """The watch over the workflows says which cases fail or are stuck, so that the lists show them first."""
    return Reported(changed=await case_watch.report(unit, caller, body.troubles))


@router.post("/holders/{person_id}/place-again")
async def place_again(person_id: Key, body: BecauseBody, unit: Unit, caller: Caller) -> PlacedAgain:
    """Place the open tasks of somebody who cannot act any more with whoever acts now."""
    return PlacedAgain(moved=await case_watch.place_again(unit, caller, person_id, body.reason))
