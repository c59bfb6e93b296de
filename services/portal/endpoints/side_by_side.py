"""What a review is written from, beside it: the self-assessment, the year's check-ins, evidence and feedback."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.portal.clients import Services
from services.portal.clients.base import part_of_page
from services.portal.endpoints.deeds import refused_page, status_of
from services.portal.endpoints.dependencies import Portal
from services.portal.endpoints.errors import heading_key
from services.portal.forms import FormState
from services.portal.rendering import page
from services.portal.sessions import SignedIn, Visitor
from services.portal.story import load_story

router = APIRouter()


def address_of(case_id: str) -> str:
    return f"/cases/{case_id}/side-by-side"


async def show(request: Request, services: Services, visitor: Visitor, case_id: str, form: FormState) -> Response:
    """As far as the visitor may see it; the review's form is there for who has to write it."""
    story = await load_story(services, visitor, case_id)
    if form.problem is not None and story.case is None:
        return page(request, "kept.html", status=status_of(form), form=form, heading=heading_key(form.problem))
    said = await part_of_page(services.supervision.feedback_of(visitor.token, case_id), story.away, [])
    return page(
        request,
        "side_by_side.html",
        status=status_of(form),
        story=story,
        said=said,
        drafts=story.drafts,
        away=story.away,
        **refused_page(form),
    )


@router.get("/cases/{case_id}/side-by-side")
async def side_by_side(request: Request, services: Portal, visitor: SignedIn, case_id: str) -> Response:
    return await show(request, services, visitor, case_id, FormState())
