"""A wrong supervisor, and tasks that must go to somebody else."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from kit.http import Caller, PageLimit, ServiceRoute, Unit
from services.supervision import views
from services.supervision.schemas import CorrectionBody, CorrectionDecisionBody, Key, ReassignmentBody
from services.supervision.service import corrections, reading

router = APIRouter(prefix="/cases/{case_id}", tags=["corrections"], route_class=ServiceRoute)


every = APIRouter(tags=["corrections"], route_class=ServiceRoute)


@every.get("/supervisor-corrections")
async def list_corrections(
    unit: Unit,
    caller: Caller,
    status: Literal["open", "accepted", "refused"] | None = "open",
    cursor: str | None = None,
    limit: PageLimit = 50,
) -> views.CorrectionPage:
    """The requests to correct a supervisor, the oldest first; for HR and ops."""
    return await reading.corrections_page(unit, caller, status, cursor, limit)


class Moved(BaseModel):
    """The tasks that moved."""

    moved: list[str]


@router.post("/supervisor-corrections", status_code=201)
async def ask_correction(case_id: Key, body: CorrectionBody, unit: Unit, caller: Caller) -> views.CorrectionView:
    """Say that the recorded supervisor is wrong; HR decides, and the work goes on meanwhile."""
    return views.CorrectionView.model_validate(await corrections.ask(unit, caller, case_id, body))


@router.post("/supervisor-corrections/decision")
async def decide_correction(case_id: Key, body: CorrectionDecisionBody, unit: Unit, caller: Caller) -> views.CorrectionView:
    """HR accepts or refuses; an accepted correction moves the open tasks at once."""
    return views.CorrectionView.model_validate(await corrections.decide(unit, caller, case_id, body))


@router.post("/reassignments")
async def reassign(case_id: Key, body: ReassignmentBody, unit: Unit, caller: Caller) -> Moved:
    """Move every open task of the case's officials to another person."""
    return Moved(moved=await corrections.reassign_open(unit, caller, case_id, body))
