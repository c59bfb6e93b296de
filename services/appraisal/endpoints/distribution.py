"""Units as organisations: their result, and the categories of their people against its pattern."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from kit.http import Caller, ServiceRoute, Unit, Version, etag
from services.appraisal.endpoints.inputs import ID_FORM, CycleId
from services.appraisal.result_schemas import DistributionView, ProposedMoves, UnitResultBody, UnitResultView
from services.appraisal.service import distribution

router = APIRouter(prefix="/cycles/{cycle_id}/units/{unit_id}", tags=["units"], route_class=ServiceRoute)
UnitId = Annotated[str, Path(max_length=60, pattern=ID_FORM)]


@router.get("/distribution")
async def get_distribution(
    unit: Unit,
    caller: Caller,
    cycle_id: CycleId,
    unit_id: UnitId,
    subtree: Annotated[bool, Query(description="with the units below")] = True,
) -> DistributionView:
    """The categories of a unit's people against the pattern of its result; guidance that changes nobody."""
    return await distribution.read(unit, caller, cycle_id, unit_id, subtree=subtree)


@router.post("/distribution/preview")
async def preview_distribution(unit: Unit, caller: Caller, cycle_id: CycleId, unit_id: UnitId, body: ProposedMoves) -> DistributionView:
    """The unit's own categories as they would be if these proposals were approved; changes nothing."""
    return await distribution.read(unit, caller, cycle_id, unit_id, subtree=False, moves=body.moves)


@router.get("/organisation-result")
async def get_organisation_result(unit: Unit, caller: Caller, cycle_id: CycleId, unit_id: UnitId, response: Response) -> UnitResultView:
    """The result of a unit as an organisation; version 0 where nobody has set it."""
    return _versioned(response, await distribution.read_result(unit, cycle_id, unit_id))


@router.put("/organisation-result")
async def set_organisation_result(
    unit: Unit, caller: Caller, cycle_id: CycleId, unit_id: UnitId, body: UnitResultBody, version: Version, response: Response
) -> UnitResultView:
    """Set the result of a unit as an organisation, with a reason (If-Match "0" for the first)."""
    caller.need("hr", "leadership")
    return _versioned(response, await distribution.set_result(unit, caller, cycle_id, unit_id, body, version))


def _versioned(response: Response, result: UnitResultView) -> UnitResultView:
    response.headers["ETag"] = etag(result.version)
    return result
