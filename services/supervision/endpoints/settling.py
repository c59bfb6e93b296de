"""Tasks put right by ops."""

from __future__ import annotations

from fastapi import APIRouter

from kit.http import Caller, ServiceRoute, Unit
from services.supervision.schemas import Key
from services.supervision.schemas_settling import SettleBody, SettledView, UnsettledCase
from services.supervision.service import settling

router = APIRouter(tags=["settling"], route_class=ServiceRoute)


@router.get("/cycles/{cycle_id}/unsettled")
async def list_unsettled(cycle_id: Key, unit: Unit, caller: Caller) -> list[UnsettledCase]:
    """Cases whose open tasks are not what their facts ask for."""
    return await settling.unsettled(unit, caller, cycle_id)


@router.post("/cases/{case_id}/settle")
async def settle_case(case_id: Key, body: SettleBody, unit: Unit, caller: Caller) -> SettledView:
    """Close the tasks that are overtaken and open those that are missing."""
    return await settling.settle_case(unit, caller, case_id, body)
