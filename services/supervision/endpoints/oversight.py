"""The draw of the independent evaluation, and the decisions of the assessor's superior."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from kit.http import Caller, ServiceRoute, Unit
from services.supervision.schemas import DrawBody, Key, SuperiorDecisionBody
from services.supervision.service import evaluation_draws, superior_decisions

router = APIRouter(prefix="/cases/{case_id}", tags=["oversight"], route_class=ServiceRoute)


class DrawAnswer(BaseModel):
    """Why the evaluation team looks at the case, and whether the superior looks at its extreme category."""

    reasons: list[str]
    look: bool


@router.post("/evaluation-draw")
async def decide_draw(case_id: Key, body: DrawBody, unit: Unit, caller: Caller) -> DrawAnswer:
    """Decide, once, whether the case is looked at; the case's workflow asks."""
    case = await evaluation_draws.decide(unit, caller, case_id, body.category)
    return DrawAnswer(reasons=case.draw_reasons or [], look=case.look_wanted)


@router.post("/discrepancy-decision")
async def resolve_discrepancy(case_id: Key, body: SuperiorDecisionBody, unit: Unit, caller: Caller) -> dict[str, str]:
    """The superior decides between the review and an evaluation that differs from it."""
    await superior_decisions.resolve_discrepancy(unit, caller, case_id, body)
    return {"case_id": case_id, "decision": body.decision}


@router.post("/extreme-decision")
async def look_at_extreme(case_id: Key, body: SuperiorDecisionBody, unit: Unit, caller: Caller) -> dict[str, str]:
    """The superior looks at a best or worst category before its feedback session."""
    await superior_decisions.look_at_extreme(unit, caller, case_id, body)
    return {"case_id": case_id, "decision": body.decision}
