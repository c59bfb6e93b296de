"""From the score to its receipt: release, feedback session, acknowledgement."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from kit.http import Caller, ServiceRoute, Unit
from services.supervision.schemas import AcknowledgementBody, Key, ReleaseBody, SessionBody
from services.supervision.service import releases, sessions

router = APIRouter(tags=["results"], route_class=ServiceRoute)


class Released(BaseModel):
    """The cases whose results were released."""

    released: list[str]


class SessionRecorded(BaseModel):
    """The result counts as received; objections are possible until ``objection_until``."""

    case_id: str
    objection_until: datetime | None


@router.post("/units/{unit_id}/releases")
async def release(unit_id: Key, body: ReleaseBody, unit: Unit, caller: Caller) -> Released:
    """Release the results of all the unit's cases now in calibration."""
    return Released(released=await releases.release(unit, caller, unit_id, body.cycle_id, body.reason))


@router.post("/cases/{case_id}/feedback-session", status_code=201)
async def hold_session(case_id: Key, body: SessionBody, unit: Unit, caller: Caller) -> SessionRecorded:
    """Record the feedback session."""
    case = await sessions.hold(unit, caller, case_id, body)
    return SessionRecorded(case_id=case_id, objection_until=case.objection_until)


@router.post("/cases/{case_id}/acknowledgement", status_code=201)
async def acknowledge(case_id: Key, body: AcknowledgementBody, unit: Unit, caller: Caller) -> dict[str, str]:
    """The employee accepts the result."""
    await sessions.acknowledge(unit, caller, case_id, body.comment)
    return {"case_id": case_id, "result": "acknowledged"}
