"""Periods and parts of a case's year."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from kit.http import Caller, ServiceRoute, Unit
from services.appraisal.endpoints.inputs import CaseId
from services.appraisal.result_schemas import PartBody, PartsView, PeriodicView, WithdrawalBody
from services.appraisal.schemas import Page
from services.appraisal.service import parts

router = APIRouter(prefix="/cases/{case_id}", tags=["periods and parts of the year"], route_class=ServiceRoute)
Number = Annotated[int, Path(ge=1, le=1000)]


@router.get("/periodic-results")
async def list_periodic_results(unit: Unit, caller: Caller, case_id: CaseId) -> Page[PeriodicView]:
    """The category of each period whose check-in was rated."""
    return await parts.periodic(unit, caller, case_id)


@router.get("/parts")
async def list_parts(unit: Unit, caller: Caller, case_id: CaseId) -> PartsView:
    """The earlier parts of the year under other assessors."""
    return await parts.read(unit, caller, case_id)


@router.post("/parts", status_code=201)
async def record_part(unit: Unit, caller: Caller, case_id: CaseId, body: PartBody) -> PartsView:
    """Record what an earlier assessor rated for their months."""
    return await parts.record(unit, caller, case_id, body)


@router.post("/parts/{number}/withdraw")
async def withdraw_part(unit: Unit, caller: Caller, case_id: CaseId, number: Number, body: WithdrawalBody) -> PartsView:
    """Take back a part that was recorded wrongly."""
    caller.need("hr")
    return await parts.withdraw(unit, caller, case_id, number, body.reason)
