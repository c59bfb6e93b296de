"""A unit's calibration: its results against each other, proposals with reasons, and the superior's decision."""

from __future__ import annotations

from fastapi import APIRouter

from kit.http import Caller, ServiceRoute, Unit
from services.supervision.schemas import Key
from services.supervision.schemas_evaluation import MoveBody, MoveDecisionBody, WithdrawalBody
from services.supervision.service import calibration
from services.supervision.views import MoveView
from services.supervision.views_evaluation import CalibrationView

router = APIRouter(tags=["calibration"], route_class=ServiceRoute)


@router.get("/units/{unit_id}/calibration")
async def read_calibration(unit_id: Key, cycle_id: Key, unit: Unit, caller: Caller) -> CalibrationView:
    """The results of a unit as they stand, the proposals about them, and what is locked."""
    return await calibration.read(unit, caller, cycle_id, unit_id)


@router.post("/units/{unit_id}/calibration/moves", status_code=201)
async def propose_move(unit_id: Key, body: MoveBody, unit: Unit, caller: Caller) -> MoveView:
    """Propose other ratings for a case, with the reason."""
    return await calibration.propose(unit, caller, unit_id, body)


@router.post("/cases/{case_id}/calibration-decision")
async def decide_move(case_id: Key, body: MoveDecisionBody, unit: Unit, caller: Caller) -> MoveView:
    """The superior approves or refuses the proposal about a case."""
    return await calibration.decide(unit, caller, case_id, body)


@router.post("/cases/{case_id}/calibration-withdrawal")
async def withdraw_move(case_id: Key, body: WithdrawalBody, unit: Unit, caller: Caller) -> MoveView:
    """Take one's proposal back before it is decided."""
    return await calibration.withdraw(unit, caller, case_id, body.reason)
