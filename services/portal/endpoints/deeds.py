"""What every form shares: it is carried out, or its page is shown again with all that was typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from html import escape
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
OVERTAKEN = frozenset({403, 409, 412})
"""How a form is refused that is not the sender's any more."""


async def carry_out(request: Request, typed: FormData, name: str, deed: Awaitable[object], again: Again, *, to: str, done: str) -> Response:
    """Carry out a form. When it is refused, the page again with the reason beside the field; when even the page cannot be
    read now, a plain one that holds the typed text."""
    try:
        await deed
    except Problem as problem:
        form = FormState.failed(name, typed, problem)
        if problem.status in PAGE_OF_ERRORS:
            return what_was_typed(request, form)
        try:
            return or_what_was_typed(request, form, await again(form))
        except Problem as other:
            if other.status not in UNKNOWN_OUTCOME:
                raise
            return page(request, "kept.html", status=problem.status, form=form, heading=heading_key(other))
    return await carried_out(request, typed, to=to, done=done)


def or_what_was_typed(request: Request, form: FormState, shown: Response) -> Response:
    """The page after a refusal; where the form is on it no more, as somebody finished the task meanwhile, what was typed."""
    assert form.problem is not None, "a page is shown again after a problem"
    action = escape(request.url.path)
    there = any(f'action="{action}{end}'.encode() in bytes(shown.body) for end in '"?')
    return shown if there or form.problem.status not in OVERTAKEN or not form.words else what_was_typed(request, form)


def what_was_typed(request: Request, form: FormState) -> Response:
    """A page that says why a form is there no more and holds the words typed into it: they are not lost with it.

    Raises:
        Problem: the form's own, where no words are in it, or to be signed in comes first.
    """
    problem = form.problem
    assert problem is not None, "a form is refused by a problem"
    if problem.status == 401 or not form.words:
        raise problem
    # Whose page is no longer theirs to see goes home.
    back = {"return_to": "/"} if problem.status == 404 else {}
    return page(request, "overtaken.html", status=problem.status, words=form.words, **refused_page(form), **back)


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
