"""An objection heard: the superior asks both sides, each states once, both read what was stated."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.portal.clients import Services
from services.portal.endpoints.deeds import carry_out, kept_of, refused_page, status_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.forms import Checks, FormState, text_of
from services.portal.rendering import page, say
from services.portal.sessions import SignedIn, Visitor

router = APIRouter()
PARTIES = ("employee", "assessor")


async def show(request: Request, services: Services, visitor: Visitor, case_id: str, form: FormState) -> Response:
    """The page also opens for an assessor who was moved away since, where they are asked."""
    hearing = await services.supervision.hearing(visitor.token, case_id)
    drafts = await kept_of(services, visitor, case_id)
    asked = next((row for row in hearing.statements if row.person_id == visitor.person_id and row.submitted_at is None), None)
    return page(
        request,
        "talks/hearing.html",
        status=status_of(form),
        case_id=case_id,
        hearing=hearing,
        drafts=drafts,
        asked=asked if not hearing.decided else None,
        **refused_page(form),
    )


@router.get("/cases/{case_id}/hearing")
async def hearing(request: Request, services: Portal, visitor: SignedIn, case_id: str) -> Response:
    return await show(request, services, visitor, case_id, FormState())


@router.post("/cases/{case_id}/hearing/question")
async def ask(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    async def deed() -> None:
        checks = Checks(typed)
        party = text_of(typed, "party")
        if party not in PARTIES:
            checks.wrong("party", say(request, "form.choose_one"))
        question = checks.needed("question", say(request, "hearing.question_missing"))
        checks.finish(say(request, "form.some_wrong"))
        body = {"party": party, "question": question}
        await services.supervision.act(visitor.token, case_id, "statement-requests", body, key=key_of(typed))

    again = partial(show, request, services, visitor, case_id)
    to = f"/cases/{case_id}/hearing"
    return await carry_out(request, typed, "statement-request", deed(), again, to=to, done="hearing.done_asked")


@router.post("/cases/{case_id}/hearing/statement")
async def state(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    async def deed() -> None:
        checks = Checks(typed)
        text = checks.needed("statement", say(request, "hearing.statement_missing"))
        checks.finish(say(request, "form.some_wrong"))
        await services.supervision.act(visitor.token, case_id, "statements", {"text": text}, key=key_of(typed))

    again = partial(show, request, services, visitor, case_id)
    to = f"/cases/{case_id}/hearing"
    return await carry_out(request, typed, "statement", deed(), again, to=to, done="hearing.done_stated")
