"""What every form shares: it is carried out, or its page is shown again with all that was typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from kit.problems import Problem
from services.portal.clients import Services
from services.portal.clients.base import part_of_page
from services.portal.clients.drafts import Draft
from services.portal.endpoints.dependencies import all_services
from services.portal.endpoints.drafts import sent
from services.portal.endpoints.errors import heading_key
from services.portal.forms import UNKNOWN_OUTCOME, FormState, draft_of
from services.portal.rendering import notice, page
from services.portal.sessions import Visitor, current_visitor

Again = Callable[[FormState], Awaitable[Response]]
PAGE_OF_ERRORS = frozenset({401, 404})


async def carry_out(request: Request, typed: FormData, name: str, deed: Awaitable[object], again: Again, *, to: str, done: str) -> Response:
    """Carry out a form. When it is refused, the page again with the reason beside the field; when even the page cannot be
    read now, a plain one that holds the typed text."""
    try:
        await deed
    except Problem as problem:
        if problem.status in PAGE_OF_ERRORS:
            raise
        form = FormState.failed(name, typed, problem)
        try:
            return await again(form)
        except Problem as other:
            if other.status not in UNKNOWN_OUTCOME:
                raise
            return page(request, "kept.html", status=problem.status, form=form, heading=heading_key(other))
    return await carried_out(request, typed, to=to, done=done)


async def carried_out(request: Request, typed: FormData, *, to: str, done: str, **values: Any) -> Response:
    """After a form was carried out: what was kept of it goes, here and in the browser, and the next page says what was done."""
    await sent(await all_services(request), current_visitor(request), typed)
    notice(request, done, draft=draft_of(typed), **values)
    return RedirectResponse(to, 303)


async def kept_of(services: Services, visitor: Visitor, about: str = "") -> Mapping[str, Draft]:
    """What the visitor typed into forms about something, or into any, and did not send; a page is shown without it as well."""
    nothing: Mapping[str, Draft] = {}
    return await part_of_page(services.supervision.drafts(visitor.token, about), [], nothing)


def refused_page(form: FormState) -> dict[str, object]:
    """What a page is rendered with after a refusal."""
    problem = form.problem
    return {"form": form, "problem": problem, "heading": heading_key(problem) if problem else ""}


def status_of(form: FormState) -> int:
    return form.problem.status if form.problem else 200
