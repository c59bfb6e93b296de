"""360-degree feedback: what is asked of me, and who is asked in a case."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.problems import Problem
from services.portal.clients import Services
from services.portal.endpoints.cases import STALE, act
from services.portal.endpoints.deeds import PAGE_OF_ERRORS, carried_out, kept_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.errors import heading_key
from services.portal.forms import FormState, text_of, version_of
from services.portal.helpers import CORE_VALUES, LEVELS
from services.portal.rendering import page
from services.portal.sessions import SignedIn, Visitor

router = APIRouter()


@router.get("/feedback")
async def asked_of_me(request: Request, services: Portal, visitor: SignedIn) -> Response:
    """The page a message about feedback leads to."""
    return page(request, "feedback_list.html", requests=await services.appraisal.feedback_requests(visitor.token))


@router.get("/feedback/{request_id}")
async def answer_page(request: Request, services: Portal, visitor: SignedIn, request_id: str) -> Response:
    return await _form_page(request, services, visitor, request_id, FormState())


@router.post("/feedback/{request_id}")
async def answer(request: Request, services: Portal, visitor: SignedIn, typed: Typed, request_id: str) -> Response:
    """Answer, or change the answer."""
    chosen = {value: text_of(typed, f"ratings-{value}") for value in CORE_VALUES}
    body: dict[str, Any] = {
        "ratings": {value: int(level) for value, level in chosen.items() if level in LEVELS},
        "comment": text_of(typed, "comment"),
    }
    try:
        await services.appraisal.answer_feedback(visitor.token, request_id, body, version=version_of(typed), key=key_of(typed))
    except Problem as problem:
        if problem.status in PAGE_OF_ERRORS:
            raise
        return await _form_page(request, services, visitor, request_id, FormState.failed("feedback", typed, problem))
    return await carried_out(request, typed, to="/feedback", done="feedback.sent")


async def _form_page(request: Request, services: Services, visitor: Visitor, request_id: str, form: FormState) -> Response:
    asked = await services.appraisal.feedback_request(visitor.token, request_id)
    guides = await services.appraisal.guides(visitor.token)
    problem = form.problem
    if problem is not None and problem.status == STALE:
        form.stored = {"comment": asked.comment} | {f"ratings-{value}": str(level) for value, level in asked.ratings.items()}
        form.values["version"] = str(asked.version)
    return page(
        request,
        "feedback_form.html",
        status=problem.status if problem else 200,
        asked=asked,
        guides=guides,
        drafts=await kept_of(services, visitor, request_id),
        form=form,
        problem=problem,
        heading=heading_key(problem) if problem else "",
    )


@router.post("/cases/{case_id}/feedback-changes")
async def propose(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """Wish to ask somebody else."""
    body = {name: text_of(typed, name) or None for name in ("remove_id", "add_id")} | {"reason": text_of(typed, "reason")}
    deed = services.appraisal.propose_rater(visitor.token, case_id, body, key=key_of(typed))
    return await act(request, services, visitor, case_id, "feedback-change", typed, deed, done="feedback.proposed")


@router.post("/cases/{case_id}/feedback-changes/{proposal_id}")
async def decide(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str, proposal_id: str) -> Response:
    """Confirm or refuse a wish."""
    accept = text_of(typed, "action") == "accept"
    deed = services.appraisal.decide_rater(visitor.token, case_id, proposal_id, accept=accept, key=key_of(typed))
    return await act(request, services, visitor, case_id, "feedback-decision", typed, deed, done="feedback.decided")
