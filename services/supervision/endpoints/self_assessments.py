"""The self-assessment, as far as the supervisor deals with it."""

from __future__ import annotations

from fastapi import APIRouter, Response

from kit.http import Caller, ServiceRoute, Unit, etag
from services.supervision import views
from services.supervision.schemas import Key, SelfAssessmentReturnBody
from services.supervision.service import reading, self_assessments

router = APIRouter(tags=["review"], route_class=ServiceRoute)


@router.post("/cases/{case_id}/self-assessment-return")
async def return_self_assessment(
    case_id: Key, body: SelfAssessmentReturnBody, unit: Unit, caller: Caller, response: Response
) -> views.CaseView:
    """Send the self-assessment back with a reason, while the review's due date leaves the employee time."""
    case = await self_assessments.send_back(unit, caller, case_id, body.assessment_version, body.reason)
    response.headers["ETag"] = etag(case.version)
    return await reading.case_view(unit, caller, case_id)
