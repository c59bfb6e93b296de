"""The positions somebody held before the present one."""

from __future__ import annotations

from fastapi import APIRouter, Response

from kit.http import Caller, ServiceRoute, Unit, Version, etag
from services.appraisal.endpoints.inputs import PersonId
from services.appraisal.position_schemas import PositionsBody, PositionsView
from services.appraisal.service import positions

router = APIRouter(prefix="/people/{person_id}/earlier-positions", tags=["people"], route_class=ServiceRoute)


@router.get("")
async def get_earlier_positions(unit: Unit, caller: Caller, person_id: PersonId, response: Response) -> PositionsView:
    """What a person holds and held before."""
    found = await positions.read(unit, caller, person_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.put("")
async def record_earlier_positions(
    unit: Unit, caller: Caller, person_id: PersonId, body: PositionsBody, version: Version, response: Response
) -> PositionsView:
    """Record what a person held before; credit points count by the level of each month."""
    caller.need("hr")
    saved = await positions.save(unit, caller, person_id, body, version)
    response.headers["ETag"] = etag(saved.version)
    return saved
