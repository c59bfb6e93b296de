"""The case page: its story, and the form of each task the visitor has in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from kit.problems import Problem
from services.portal.clients import Services
from services.portal.endpoints.deeds import PAGE_OF_ERRORS, carry_out, or_what_was_typed, what_was_typed
from services.portal.endpoints.dependencies import Portal
from services.portal.endpoints.drafts import sent
from services.portal.endpoints.errors import heading_key
from services.portal.forms import UNKNOWN_OUTCOME, FormState, draft_of
from services.portal.rendering import notice, page
from services.portal.sessions import SignedIn, Visitor
from services.portal.story import load_story

router = APIRouter()
STALE = 412


@router.get("/cases/{case_id}")
async def case(request: Request, services: Portal, visitor: SignedIn, case_id: str, task: str = "", q: str = "") -> Response:
    """The page a notification leads to; ``q`` looks for a person, where a step needs one."""
    return await case_page(request, services, visitor, case_id, task_wanted=task, searched=q)


async def case_page(
    request: Request,
    services: Services,
    visitor: Visitor,
    case_id: str,
    *,
    form: FormState | None = None,
    task_wanted: str = "",
    searched: str = "",
    status: int = 200,
) -> Response:
    """Render a case; ``form`` is the form that was just refused, with what was typed in it.

    Which step a person has is known to supervision alone: while it is away the case shows no form, so a plain page holds the text.
    """
    story = await load_story(services, visitor, case_id, task_wanted, searched)
    form = form or FormState()
    heading = heading_key(form.problem) if form.problem else ""
    if form.problem is not None and story.case is None:
        return page(request, "kept.html", status=status, form=form, heading=heading)
    return page(request, "case.html", status=status, story=story, drafts=story.drafts, form=form, problem=form.problem, heading=heading)


async def act(
    request: Request,
    services: Services,
    visitor: Visitor,
    case_id: str,
    step: str,
    typed: FormData,
    deed: Awaitable[object],
    *,
    done: str,
) -> Response:
    """Carry out a step; when it is refused show the page again with the reason beside the field and everything typed."""

    async def again(form: FormState) -> Response:
        return await refused(request, services, visitor, case_id, form)

    return await carry_out(request, typed, step, deed, again, to=f"/cases/{case_id}", done=done)


async def keep(
    request: Request,
    services: Services,
    visitor: Visitor,
    case_id: str,
    step: str,
    typed: FormData,
    save: Callable[[], Awaitable[int]],
    hand_in: Callable[[int], Awaitable[None]] | None,
    stored: Callable[[], Awaitable[tuple[int, dict[str, str]]]],
    *,
    done: str,
    again: Callable[[FormState], Awaitable[Response]] | None = None,
    to: str = "",
) -> Response:
    """Save a draft that has versions and, where asked, hand it in.

    If somebody else saved meanwhile, the page shows what they saved beside what was typed, and saving again is deliberate.
    ``again`` renders the page of the form where that is not the case's, and ``to`` is where it leads.
    """
    version: int | None = None
    try:
        version = await save()
        if hand_in is not None:
            await hand_in(version)
    except Problem as problem:
        form = FormState.failed(step, typed, problem)
        if problem.status in PAGE_OF_ERRORS:
            return what_was_typed(request, form)
        if version is not None:
            form.values["version"] = str(version)
        if problem.status == STALE:
            now, form.stored = await stored()
            form.values["version"] = str(now)
        shown = await again(form) if again is not None else await refused(request, services, visitor, case_id, form)
        return or_what_was_typed(request, form, shown)
    await sent(services, visitor, typed)
    notice(request, done, draft=draft_of(typed))
    return RedirectResponse(to or f"/cases/{case_id}", 303)


async def refused(request: Request, services: Services, visitor: Visitor, case_id: str, form: FormState) -> Response:
    """The page again after a refusal. When the case itself cannot be read now, a plain page holds the typed text to send again."""
    assert form.problem is not None
    try:
        return await case_page(request, services, visitor, case_id, form=form, status=form.problem.status)
    except Problem as problem:
        if problem.status not in UNKNOWN_OUTCOME:
            raise
        return page(request, "kept.html", status=problem.status, form=form, heading=heading_key(problem))
