"""Life events: HR says what happened, and first, with ``dry_run``, sees what it would do."""

from __future__ import annotations

from fastapi import APIRouter

from kit.http import Caller, PageLimit, ServiceRoute, Unit
from services.appraisal.endpoints.inputs import Cursor, PersonId
from services.appraisal.schemas import Page
from services.appraisal.schemas_life import (
    EndOfServiceBody,
    HandOverBody,
    LeaveBody,
    LifeEventView,
    LifeOutcome,
    ReorganisationBody,
    ReturnBody,
    TransferBody,
)
from services.appraisal.service import life, reorganisation

router = APIRouter(tags=["life events"], route_class=ServiceRoute)


@router.post("/people/{person_id}/transfer")
async def transfer(unit: Unit, caller: Caller, person_id: PersonId, body: TransferBody) -> LifeOutcome:
    """Somebody works elsewhere from today on."""
    life.may_record(caller, person_id)
    return await life.transfer(unit, person_id, body)


@router.post("/people/{person_id}/hand-over")
async def hand_over(unit: Unit, caller: Caller, person_id: PersonId, body: HandOverBody) -> LifeOutcome:
    """A successor takes over the people and units of somebody."""
    life.may_record(caller, person_id)
    return await life.hand_over(unit, person_id, body)


@router.post("/people/{person_id}/leave")
async def leave(unit: Unit, caller: Caller, person_id: PersonId, body: LeaveBody) -> LifeOutcome:
    """A long leave; the running case pauses and goes on by itself."""
    life.may_record(caller, person_id)
    return await life.leave(unit, person_id, body)


@router.post("/people/{person_id}/return")
async def come_back(unit: Unit, caller: Caller, person_id: PersonId, body: ReturnBody) -> LifeOutcome:
    """Back before the leave's end."""
    life.may_record(caller, person_id)
    return await life.come_back(unit, person_id, body)


@router.post("/people/{person_id}/end-of-service")
async def end_service(unit: Unit, caller: Caller, person_id: PersonId, body: EndOfServiceBody) -> LifeOutcome:
    """Retirement, death, the end of a contract, resignation or dismissal."""
    life.may_record(caller, person_id)
    return await life.end_service(unit, person_id, body)


@router.post("/units/reorganisations")
async def reorganise(unit: Unit, caller: Caller, body: ReorganisationBody) -> LifeOutcome:
    """Merge or split units, with their people, cases and tasks."""
    caller.need("hr")
    return await reorganisation.reorganise(unit, body)


@router.get("/life-events")
async def journal(unit: Unit, caller: Caller, cursor: Cursor = None, limit: PageLimit = 50) -> Page[LifeEventView]:
    """What HR recorded, newest first."""
    caller.need("hr", "ops")
    return await life.journal(unit, cursor, limit)
