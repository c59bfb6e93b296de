"""What is typed is kept on the server until it is sent: by a button, and by the page itself while somebody types."""

from __future__ import annotations

import contextlib

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from kit.problems import Problem
from services.portal.clients import Services
from services.portal.endpoints.dependencies import Portal, Typed
from services.portal.endpoints.errors import heading_key
from services.portal.forms import BY_ITSELF, UNKNOWN_OUTCOME, FormState, draft_of, kept_by, text_of, typed_values
from services.portal.rendering import notice, page
from services.portal.sessions import SignedIn, Visitor, local_path

router = APIRouter()
NOT_TYPED = frozenset({"csrf", "key", "draft", "page", "keeps", "action", "version", "kept_from"})


async def sent(services: Services, visitor: Visitor | None, typed: FormData) -> None:
    """The form was carried out: what was kept of it can go. That it stays when the service is away just now harms nobody.

    All windows of a person keep a form under one name: what another of them kept stays, for its form may yet be refused.
    """
    name = draft_of(typed)
    if visitor is not None and text_of(typed, "keeps") and name:
        with contextlib.suppress(Problem):
            kept = (await services.supervision.drafts(visitor.token, name.partition(":")[2])).get(name)
            if kept is not None and kept_by(kept.fields, typed):
                await services.supervision.forget_draft(visitor.token, name, kept_at=kept.saved_at)


@router.post("/drafts")
async def keep(request: Request, services: Portal, visitor: SignedIn, typed: Typed) -> Response:
    """Keep a form's text as it is, right or wrong, and show its page again."""
    fields = {name: value for name, value in typed_values(typed).items() if name not in NOT_TYPED}
    try:
        await services.supervision.keep_draft(visitor.token, draft_of(typed), fields)
    except Problem as problem:
        if BY_ITSELF in request.headers or problem.status not in UNKNOWN_OUTCOME:
            raise
        form = FormState.failed("draft", typed, problem)
        return page(request, "kept.html", status=problem.status, form=form, heading=heading_key(problem))
    if BY_ITSELF in request.headers:
        return Response(status_code=204)
    notice(request, "desk.kept", draft=draft_of(typed))
    return RedirectResponse(local_path(text_of(typed, "page")), 303)


@router.post("/drafts/forget")
async def forget(request: Request, services: Portal, visitor: SignedIn, typed: Typed) -> Response:
    """Throw away what was kept of a form."""
    await services.supervision.forget_draft(visitor.token, draft_of(typed))
    notice(request, "desk.forgotten", draft=draft_of(typed))
    return RedirectResponse(local_path(text_of(typed, "page")), 303)
