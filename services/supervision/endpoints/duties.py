"""Delegation, acting officials, and the parts of a year."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from kit.http import Caller, ServiceRoute, Unit
from services.supervision.repository import duties as rows
from services.supervision.schemas import Key
from services.supervision.schemas_duties import EndBody, PartRatingBody, PartView, StandInBody, StandInList, StandInOutcome
from services.supervision.service import duties, parts
from services.supervision.service.access import readable_case

router = APIRouter(tags=["duties"], route_class=ServiceRoute)
PartNumber = Annotated[int, Path(ge=1, le=1000)]


@router.post("/stand-ins", status_code=201)
async def record(body: StandInBody, unit: Unit, caller: Caller) -> StandInOutcome:
    """Delegate one's tasks for some days; HR also names acting officials (Plt., Plh.). ``dry_run`` says what would move."""
    return await duties.record(unit, caller, body)


@router.get("/stand-ins")
async def listed(unit: Unit, caller: Caller, everybody: bool = False) -> StandInList:
    """One's own delegations and those to oneself; everybody's for HR and ops."""
    return await duties.listed(unit, caller, everybody=everybody)


@router.post("/stand-ins/{stand_in_id}/end")
async def end(stand_in_id: Key, body: EndBody, unit: Unit, caller: Caller) -> StandInOutcome:
    """End a delegation before its last day."""
    return await duties.end(unit, caller, stand_in_id, body.reason)


@router.get("/cases/{case_id}/assessment-parts")
async def list_parts(case_id: Key, unit: Unit, caller: Caller) -> list[PartView]:
    """The parts of the year with their assessors; the employee sees ratings of parts with the result."""
    case = await readable_case(unit, caller, case_id)
    hidden = caller.person_id == case.employee_id and not case.session_held
    found = [PartView.model_validate(part) for part in await rows.parts(unit, case_id)]
    return [part.model_copy(update={"results": None, "behaviour": None, "reason": ""}) for part in found] if hidden else found


@router.post("/cases/{case_id}/assessment-parts/{number}/rating", status_code=201)
async def rate_part(case_id: Key, number: PartNumber, body: PartRatingBody, unit: Unit, caller: Caller) -> PartView:
    """The leaving assessor rates their part of the year."""
    return PartView.model_validate(await parts.rate(unit, caller, case_id, number, body))
