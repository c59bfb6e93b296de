"""Files HR hands in: checked first or taken whole, and what came of it on the page of the form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from kit.problems import Problem
from services.portal.endpoints.errors import heading_key
from services.portal.forms import FormState, text_of
from services.portal.rendering import page

Files = dict[str, Any]


def upload_page(request: Request, template: str) -> Response:
    """The form before anything is sent."""
    return page(request, template, outcome=None, dry_run=True, heading="")


async def taken(request: Request, template: str, name: str, typed: FormData, take: Callable[[bool], Awaitable[object]]) -> Response:
    """Check what was sent (``take(True)``), or take it whole; the page says what changes, or each bad row with its mend."""
    dry_run = text_of(typed, "action") != "import"
    outcome: object = None
    form = FormState(name)
    try:
        outcome = await take(dry_run)
    except Problem as problem:
        form = FormState.failed(name, typed, problem)
    problem_now = form.problem
    return page(
        request,
        template,
        status=problem_now.status if problem_now else 200,
        outcome=outcome,
        dry_run=dry_run,
        form=form,
        problem=problem_now,
        heading=heading_key(problem_now) if problem_now else "",
    )


async def chosen_files(typed: FormData, fields: Sequence[str]) -> Files:
    """The files that were chosen, by their fields, as a client sends them on."""
    chosen = {field: upload for field in fields if isinstance(upload := typed.get(field), UploadFile) and upload.filename}
    return {field: (one.filename, await one.read(), one.content_type or "application/octet-stream") for field, one in chosen.items()}
