"""Revising an approved plan, and the history of a plan."""

from __future__ import annotations

from fastapi import APIRouter, Response

from kit.http import Caller, ServiceRoute, Unit, Version, etag
from services.appraisal.endpoints.inputs import CaseId
from services.appraisal.plan_schemas import PlanBody, PlanHistory, RevisionBody, RevisionView
from services.appraisal.service import plan_history, plan_revisions

router = APIRouter(prefix="/cases/{case_id}/plan", tags=["plans"], route_class=ServiceRoute)


@router.get("/history")
async def get_history(unit: Unit, caller: Caller, case_id: CaseId) -> PlanHistory:
    """Every version handed in, newest first: who, when, why, what became of it, and what it changed."""
    return await plan_history.history(unit, caller, case_id)


@router.get("/revision")
async def get_revision(unit: Unit, caller: Caller, case_id: CaseId, response: Response) -> RevisionView:
    """The newest revision with what it changes."""
    return _versioned(response, await plan_revisions.read(unit, caller, case_id))


@router.post("/revision", status_code=201)
async def open_revision(
    unit: Unit, caller: Caller, case_id: CaseId, body: RevisionBody, version: Version, response: Response
) -> RevisionView:
    """Begin to revise the approved plan (If-Match: the plan's version)."""
    return _versioned(response, await plan_revisions.open_revision(unit, caller, case_id, body.reason, version))


@router.put("/revision")
async def save_revision(unit: Unit, caller: Caller, case_id: CaseId, body: PlanBody, version: Version, response: Response) -> RevisionView:
    """Save the revision whole."""
    return _versioned(response, await plan_revisions.save(unit, caller, case_id, body, version))


@router.post("/revision/submit")
async def submit_revision(unit: Unit, caller: Caller, case_id: CaseId, version: Version, response: Response) -> RevisionView:
    """Hand the revision to the supervisor; the plan in force stays until it is approved."""
    return _versioned(response, await plan_revisions.submit(unit, caller, case_id, version))


@router.post("/revision/withdraw")
async def withdraw_revision(unit: Unit, caller: Caller, case_id: CaseId, version: Version, response: Response) -> RevisionView:
    """Give the revision up; the plan in force stays."""
    return _versioned(response, await plan_revisions.withdraw(unit, caller, case_id, version))


def _versioned(response: Response, revision: RevisionView) -> RevisionView:
    response.headers["ETag"] = etag(revision.version)
    return revision
