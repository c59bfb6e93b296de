"""Cycles, and who takes part in them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from contracts.cycle import CycleDefinition
from kit.http import Caller, PageLimit, ServiceRoute, Unit
from services.appraisal.endpoints.inputs import Cursor, CycleId
from services.appraisal.schemas import CycleView, Page, Participant
from services.appraisal.service import cycles

router = APIRouter(tags=["cycles"], route_class=ServiceRoute)


@router.post("/cycles", status_code=201)
async def define_cycle(unit: Unit, caller: Caller, body: CycleDefinition) -> CycleView:
    """Define a cycle."""
    caller.need("hr")
    return await cycles.define(unit, body)


@router.put("/cycles/{cycle_id}")
async def ensure_cycle(unit: Unit, caller: Caller, cycle_id: CycleId, body: CycleDefinition) -> CycleView:
    """See that a cycle is there as defined; a draft is replaced, an open cycle is fixed."""
    caller.need("hr", "service")
    return await cycles.ensure(unit, cycle_id, body)


@router.get("/cycles")
async def list_cycles(unit: Unit, caller: Caller) -> Page[CycleView]:
    """All cycles, newest first."""
    return await cycles.all_cycles(unit)


@router.get("/cycles/{cycle_id}")
async def get_cycle(unit: Unit, caller: Caller, cycle_id: CycleId) -> CycleView:
    """One cycle."""
    return await cycles.one(unit, cycle_id)


@router.get("/roster")
async def list_participants(
    unit: Unit,
    caller: Caller,
    cycle_id: Annotated[str, Query(max_length=40, pattern=r"^[A-Za-z0-9-]+$")],
    cursor: Cursor = None,
    limit: PageLimit = 500,
) -> Page[Participant]:
    """Who takes part in a cycle now."""
    caller.need("service")
    return await cycles.participants(unit, cycle_id, cursor, limit)
