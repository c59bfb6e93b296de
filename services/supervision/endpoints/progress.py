"""How far units are in a cycle."""

from __future__ import annotations

from fastapi import APIRouter

from kit.http import Caller, ServiceRoute, Unit
from services.supervision.schemas import Key
from services.supervision.schemas_progress import ProgressView
from services.supervision.service import progress

router = APIRouter(tags=["progress"], route_class=ServiceRoute)


@router.get("/units/{unit_id}/progress")
async def read_progress(unit_id: Key, cycle_id: Key, unit: Unit, caller: Caller) -> ProgressView:
    """A unit and those directly below it: cases by stage of the year, late and paused ones, and what citizens say."""
    return await progress.read(unit, caller, cycle_id, unit_id)
