"""Feedback I am asked for, and what I gave."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.portal.clients import Services
from services.portal.endpoints.deeds import carry_out, kept_of, refused_page, status_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.monitoring import KINDS
from services.portal.forms import Checks, FormState, text_of, version_of
from services.portal.rendering import page, say
from services.portal.sessions import SignedIn, Visitor

router = APIRouter()


async def show(request: Request, services: Services, visitor: Visitor, form: FormState) -> Response:
    """What waits for my words first."""
    items = await services.supervision.feedback_to_give(visitor.token)
    drafts = await kept_of(services, visitor)
    return page(request, "talks/ongoing_feedback.html", status=status_of(form), items=items, drafts=drafts, **refused_page(form))


@router.get("/ongoing-feedback")
async def mine(request: Request, services: Portal, visitor: SignedIn) -> Response:
    return await show(request, services, visitor, FormState())


@router.post("/ongoing-feedback/{feedback_id}")
async def write(request: Request, services: Portal, visitor: SignedIn, typed: Typed, feedback_id: str) -> Response:
    """Answer, change what nobody has read, or correct what was read."""
    correcting = text_of(typed, "action") == "correct"

    async def deed() -> None:
        checks = Checks(typed)
        text = checks.needed(f"text-{feedback_id}", say(request, "ongoing_feedback.text_missing"))
        kind = text_of(typed, f"kind-{feedback_id}")
        if not correcting and kind not in KINDS:
            checks.wrong(f"kind-{feedback_id}", say(request, "form.choose_one"))
        checks.finish(say(request, "form.some_wrong"))
        if correcting:
            await services.supervision.about_feedback(visitor.token, feedback_id, "corrections", {"text": text}, key=key_of(typed))
            return
        body = {"kind": kind, "text": text}
        await services.supervision.write_feedback(visitor.token, feedback_id, body, version=version_of(typed), key=key_of(typed))

    again = partial(show, request, services, visitor)
    done = "ongoing_feedback.done_corrected" if correcting else "ongoing_feedback.done_given"
    return await carry_out(request, typed, f"feedback-{feedback_id}", deed(), again, to="/ongoing-feedback", done=done)
