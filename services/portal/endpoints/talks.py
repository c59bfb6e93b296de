"""What every page about talks shares: a form that is carried out, or shown again with all that was typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from fastapi import Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from kit.clock import CITY_ZONE, Clock
from kit.problems import Problem
from services.portal.endpoints.dependencies import all_services
from services.portal.endpoints.drafts import sent
from services.portal.endpoints.errors import heading_key
from services.portal.forms import UNKNOWN_OUTCOME, Checks, FormState, draft_of, text_of
from services.portal.rendering import notice, page, say
from services.portal.sessions import current_visitor
from services.portal.talk_helpers import DURATIONS

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
    await sent(await all_services(request), current_visitor(request), typed)
    notice(request, done, draft=draft_of(typed))
    return RedirectResponse(to, 303)


def refused_page(form: FormState) -> dict[str, object]:
    """What a page is rendered with after a refusal."""
    problem = form.problem
    return {"form": form, "problem": problem, "heading": heading_key(problem) if problem else ""}


def status_of(form: FormState) -> int:
    return form.problem.status if form.problem else 200


def clock_of(request: Request) -> Clock:
    clock: Clock = request.app.state.kit.clock
    return clock


def span_typed(request: Request, checks: Checks, name: str, duration_name: str) -> dict[str, str] | None:
    """A beginning and how many minutes it takes, as the service takes them; the city's time is meant."""
    text = checks.needed(name, say(request, "talks.when_missing"))
    if not text:
        return None
    try:
        start = datetime.fromisoformat(text).replace(tzinfo=CITY_ZONE)
    except ValueError:
        checks.wrong(name, say(request, "form.not_a_date"))
        return None
    chosen = text_of(checks.form, duration_name)
    minutes = int(chosen) if chosen in DURATIONS else int(DURATIONS[2])
    return {"starts_at": start.isoformat(), "ends_at": (start + timedelta(minutes=minutes)).isoformat()}
