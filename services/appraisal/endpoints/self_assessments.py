"""The self-assessment of a case."""

from __future__ import annotations

from fastapi import APIRouter, Response

from kit.http import Caller, ServiceRoute, Unit, Version, etag
from services.appraisal.endpoints.inputs import CaseId
from services.appraisal.schemas import AssessmentBody, AssessmentView
from services.appraisal.service import self_assessments

router = APIRouter(prefix="/cases/{case_id}/self-assessment", tags=["self-assessments"], route_class=ServiceRoute)


@router.get("")
async def get_self_assessment(unit: Unit, caller: Caller, case_id: CaseId, response: Response) -> AssessmentView:
    """The self-assessment; version 0 where nobody has written one."""
    return _versioned(response, await self_assessments.read(unit, caller, case_id))


@router.put("")
async def save_self_assessment(
    unit: Unit, caller: Caller, case_id: CaseId, body: AssessmentBody, version: Version, response: Response
) -> AssessmentView:
    """Save the draft whole (If-Match "0" for the first)."""
    return _versioned(response, await self_assessments.save(unit, caller, case_id, body, version))


@router.post("/submit")
async def submit_self_assessment(unit: Unit, caller: Caller, case_id: CaseId, version: Version, response: Response) -> AssessmentView:
    """Hand the self-assessment to the supervisor."""
    return _versioned(response, await self_assessments.submit(unit, caller, case_id, version))


def _versioned(response: Response, assessment: AssessmentView) -> AssessmentView:
    response.headers["ETag"] = etag(assessment.version)
    return assessment
