"""What a person carries over from the year before."""

from __future__ import annotations

from fastapi import APIRouter

from kit.http import Caller, ServiceRoute, Unit
from services.appraisal.endpoints.inputs import CaseId
from services.appraisal.schemas_carry_over import CarryOverView
from services.appraisal.service import carry_over

router = APIRouter(tags=["plans"], route_class=ServiceRoute)


@router.get("/cases/{case_id}/carry-over")
async def get_carry_over(unit: Unit, caller: Caller, case_id: CaseId) -> CarryOverView:
    """The improvement items agreed on in the latest year before the case's own."""
    return await carry_over.read(unit, caller, case_id)
