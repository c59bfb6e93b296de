"""360-degree feedback on behaviour."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from kit.http import Caller, ServiceRoute, Unit, Version, etag
from services.appraisal.behaviour_schemas import (
    AnswerBody,
    FeedbackRequestView,
    FeedbackView,
    GuideView,
    ProposalBody,
    ProposalDecision,
    RoundView,
)
from services.appraisal.domain.behaviour_guides import GUIDES
from services.appraisal.endpoints.inputs import ID_FORM, CaseId
from services.appraisal.schemas import Page
from services.appraisal.service import behaviour_feedback, behaviour_requests, behaviour_rounds

router = APIRouter(tags=["behaviour"], route_class=ServiceRoute)
RequestId = Annotated[str, Path(max_length=60, pattern=ID_FORM)]


@router.get("/behaviour/guides")
async def list_guides(caller: Caller) -> list[GuideView]:
    """The seven core values with their guides of conduct."""
    return [GuideView.model_validate(guide, from_attributes=True) for guide in GUIDES]


@router.get("/behaviour/requests")
async def list_requests(
    unit: Unit, caller: Caller, open: Annotated[bool, Query(description="only those that can be answered")] = False
) -> Page[FeedbackRequestView]:
    """The feedback asked of the caller."""
    return await behaviour_requests.page(unit, caller, open_only=open)


@router.get("/behaviour/requests/{request_id}")
async def get_request(unit: Unit, caller: Caller, request_id: RequestId, response: Response) -> FeedbackRequestView:
    """A request to the caller, with the answer given so far."""
    return _versioned(response, await behaviour_requests.one(unit, caller, request_id))


@router.put("/behaviour/requests/{request_id}/answer")
async def answer_request(
    unit: Unit, caller: Caller, request_id: RequestId, body: AnswerBody, version: Version, response: Response
) -> FeedbackRequestView:
    """Answer, or change the answer, until the round closes (If-Match "0" for the first)."""
    return _versioned(response, await behaviour_requests.answer(unit, caller, request_id, body, version))


@router.get("/cases/{case_id}/behaviour/raters")
async def get_raters(unit: Unit, caller: Caller, case_id: CaseId) -> RoundView:
    """Who is asked in a case, and which changes are wished."""
    return await behaviour_rounds.read(unit, caller, case_id)


@router.post("/cases/{case_id}/behaviour/proposals")
async def propose_change(unit: Unit, caller: Caller, case_id: CaseId, body: ProposalBody) -> RoundView:
    """Wish to ask somebody else; the supervisor confirms."""
    return await behaviour_rounds.propose(unit, caller, case_id, body)


@router.post("/cases/{case_id}/behaviour/proposals/{proposal_id}/decision")
async def decide_change(unit: Unit, caller: Caller, case_id: CaseId, proposal_id: RequestId, body: ProposalDecision) -> RoundView:
    """Confirm or refuse a wish."""
    return await behaviour_rounds.decide(unit, caller, case_id, proposal_id, body)


@router.get("/cases/{case_id}/behaviour/feedback")
async def get_feedback(unit: Unit, caller: Caller, case_id: CaseId) -> FeedbackView:
    """What was released of the feedback."""
    return await behaviour_feedback.read(unit, caller, case_id)


def _versioned(response: Response, request: FeedbackRequestView) -> FeedbackRequestView:
    response.headers["ETag"] = etag(request.version)
    return request
