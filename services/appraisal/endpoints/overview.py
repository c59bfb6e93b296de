"""The leaders' overview of units."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from kit.http import Caller, ServiceRoute, Unit
from services.appraisal.endpoints.inputs import ID_FORM, CycleId
from services.appraisal.overview_schemas import OverviewView
from services.appraisal.service import overview

router = APIRouter(prefix="/cycles/{cycle_id}/overview", tags=["units"], route_class=ServiceRoute)
UnitFilter = Annotated[str | None, Query(max_length=60, pattern=ID_FORM, description="left out: the first the caller may begin with")]


@router.get("")
async def get_overview(unit: Unit, caller: Caller, cycle_id: CycleId, unit_id: UnitFilter = None) -> OverviewView:
    """A unit and those below it by category, against the pattern and through the years; never a group below the minimum."""
    return await overview.read(unit, caller, cycle_id, unit_id)
