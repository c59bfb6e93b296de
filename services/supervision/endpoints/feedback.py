"""Feedback through the year."""

from __future__ import annotations

from fastapi import APIRouter, Response

from kit.http import Caller, ServiceRoute, Unit, Version, etag
from services.supervision.schemas import Key
from services.supervision.schemas_talks import FeedbackAnswerBody, FeedbackBody, FeedbackCorrectionBody, FeedbackRequestBody
from services.supervision.service import feedback
from services.supervision.views_talks import FeedbackPage, FeedbackView

router = APIRouter(tags=["ongoing feedback"], route_class=ServiceRoute)


@router.get("/feedback")
async def list_to_give(unit: Unit, caller: Caller) -> FeedbackPage:
    """What the caller is asked for and has given."""
    return await feedback.to_give(unit, caller)


@router.get("/cases/{case_id}/feedback")
async def list_of_case(case_id: Key, unit: Unit, caller: Caller) -> FeedbackPage:
    """A case's feedback, for the person concerned and those above."""
    return await feedback.of_case(unit, caller, case_id)


@router.post("/cases/{case_id}/feedback", status_code=201)
async def give_feedback(case_id: Key, body: FeedbackBody, unit: Unit, caller: Caller) -> FeedbackView:
    """Praise or correction by somebody above the employee, tied to an objective or a core value."""
    return await feedback.give(unit, caller, case_id, body)


@router.post("/cases/{case_id}/feedback-requests", status_code=201)
async def ask_feedback(case_id: Key, body: FeedbackRequestBody, unit: Unit, caller: Caller) -> FeedbackView:
    """Ask somebody for feedback on the employee's work."""
    return await feedback.ask(unit, caller, case_id, body)


@router.put("/feedback/{feedback_id}")
async def write_feedback(
    feedback_id: Key, body: FeedbackAnswerBody, unit: Unit, caller: Caller, version: Version, response: Response
) -> FeedbackView:
    """Answer a request, or change words that nobody has read yet."""
    view = await feedback.write(unit, caller, feedback_id, version, body)
    response.headers["ETag"] = etag(view.version)
    return view


@router.post("/feedback/{feedback_id}/read")
async def read_feedback(feedback_id: Key, unit: Unit, caller: Caller) -> FeedbackView:
    """The person concerned opens it."""
    return await feedback.read(unit, caller, feedback_id)


@router.post("/feedback/{feedback_id}/corrections", status_code=201)
async def correct_feedback(feedback_id: Key, body: FeedbackCorrectionBody, unit: Unit, caller: Caller) -> FeedbackView:
    """Put right what was read; the first words stay."""
    return await feedback.correct(unit, caller, feedback_id, body.text)
