"""The independent evaluation: team, conflicts of interest, draw, second review, the superior's decision, findings."""

from __future__ import annotations

from fastapi import APIRouter

from kit.http import Caller, ServiceRoute, Unit
from services.supervision.schemas import Key
from services.supervision.schemas_evaluation import (
    ComplaintBody,
    ConflictBody,
    DrawBody,
    EvaluationBody,
    EvaluationDecisionBody,
    MemberBody,
)
from services.supervision.service import evaluation_draws, evaluation_team, evaluations
from services.supervision.views_evaluation import DrawView, FindingsView, TeamView

router = APIRouter(tags=["independent evaluation"], route_class=ServiceRoute)


@router.get("/cycles/{cycle_id}/evaluation-team")
async def read_team(cycle_id: Key, unit: Unit, caller: Caller) -> TeamView:
    """The team of a cycle with its load and declared conflicts."""
    return await evaluation_team.read(unit, caller, cycle_id)


@router.post("/cycles/{cycle_id}/evaluation-team", status_code=201)
async def add_member(cycle_id: Key, body: MemberBody, unit: Unit, caller: Caller) -> TeamView:
    """Name a member (HR)."""
    return await evaluation_team.add(unit, caller, cycle_id, body)


@router.delete("/cycles/{cycle_id}/evaluation-team/{person_id}")
async def remove_member(cycle_id: Key, person_id: Key, unit: Unit, caller: Caller) -> TeamView:
    """Take a member out (HR); their open evaluations go to others."""
    return await evaluation_team.remove(unit, caller, cycle_id, person_id)


@router.post("/cycles/{cycle_id}/evaluation-conflicts", status_code=201)
async def declare_conflict(cycle_id: Key, body: ConflictBody, unit: Unit, caller: Caller) -> TeamView:
    """Declare a relative, another near person or a unit too near to judge."""
    return await evaluation_team.declare(unit, caller, cycle_id, body)


@router.post("/cycles/{cycle_id}/evaluation-draw", status_code=201)
async def draw(cycle_id: Key, body: DrawBody, unit: Unit, caller: Caller) -> DrawView:
    """Draw the cycle's sample from a seed, once (HR)."""
    return await evaluation_draws.draw(unit, caller, cycle_id, body)


@router.get("/cycles/{cycle_id}/evaluation-draw")
async def read_draw(cycle_id: Key, unit: Unit, caller: Caller) -> DrawView:
    """The draw, and whether its seed gives the same sample again."""
    return await evaluation_draws.read(unit, caller, cycle_id)


@router.get("/cycles/{cycle_id}/evaluation-findings")
async def read_findings(cycle_id: Key, unit: Unit, caller: Caller) -> FindingsView:
    """What the evaluation found, unit by unit."""
    return await evaluations.findings(unit, caller, cycle_id)


@router.post("/cases/{case_id}/citizen-complaint")
async def mark_complaint(case_id: Key, body: ComplaintBody, unit: Unit, caller: Caller) -> dict[str, str | bool]:
    """Say that a citizen's complaint which concerns the case stands, or stands no more (HR)."""
    case = await evaluation_draws.mark_complaint(unit, caller, case_id, body)
    return {"case_id": case_id, "standing": case.complaint_standing}


@router.post("/cases/{case_id}/evaluation", status_code=201)
async def evaluate(case_id: Key, body: EvaluationBody, unit: Unit, caller: Caller) -> dict[str, str | bool]:
    """Record the evaluator's own rating; whether it differs too far from the review is computed."""
    evaluation = await evaluations.evaluate(unit, caller, case_id, body)
    return {"case_id": case_id, "concurs": evaluation.concurs, "discrepant": evaluation.discrepant}


@router.post("/cases/{case_id}/evaluation-decision")
async def decide(case_id: Key, body: EvaluationDecisionBody, unit: Unit, caller: Caller) -> dict[str, str | bool]:
    """The superior decides with both opinions in view."""
    decision = await evaluations.decide(unit, caller, case_id, body)
    return {"case_id": case_id, "changed": decision.changed, "results": decision.results, "behaviour": decision.behaviour}
