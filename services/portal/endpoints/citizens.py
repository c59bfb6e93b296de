"""What citizens say, for civil servants: units side by side, one unit's voice, and the moderators' queue."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.portal.citizen_helpers import DECISIONS, HIDE_REASONS
from services.portal.clients import Services
from services.portal.endpoints.deeds import carry_out, kept_of, refused_page, status_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.forms import Checks, FormState, text_of, version_of
from services.portal.rendering import page, say
from services.portal.sessions import SignedIn, Visitor

router = APIRouter()
FIRST_YEAR, LAST_YEAR = 2000, 2100


def year_of(text: str) -> int | None:
    """A year that was asked for; anything else means this year."""
    return int(text) if text.isascii() and text.isdigit() and FIRST_YEAR <= int(text) <= LAST_YEAR else None


@router.get("/citizens")
async def units(request: Request, services: Portal, visitor: SignedIn, year: str = "") -> Response:
    """Every unit the visitor works in, leads or oversees."""
    found = await services.supervision.citizen_summaries(visitor.token, year_of(year))
    this_year = request.app.state.kit.clock.now().year
    return page(request, "citizens/units.html", found=found, year=year_of(year) or this_year, this_year=this_year)


@router.get("/citizens/queue")
async def queue(request: Request, services: Portal, visitor: SignedIn, cursor: str = "") -> Response:
    return await _queue_page(request, services, visitor, FormState(), cursor)


@router.post("/citizens/queue/{answer_id}")
async def moderate(request: Request, services: Portal, visitor: SignedIn, typed: Typed, answer_id: str) -> Response:
    """Publish, make a complaint, or hide with a reason."""

    async def deed() -> None:
        checks = Checks(typed)
        decision, reason = text_of(typed, f"decision-{answer_id}"), text_of(typed, f"reason-{answer_id}")
        if decision not in DECISIONS:
            checks.wrong(f"decision-{answer_id}", say(request, "form.choose_one"))
        if decision == "hide" and reason not in HIDE_REASONS:
            checks.wrong(f"reason-{answer_id}", say(request, "citizens.reason_missing"))
        checks.finish(say(request, "form.some_wrong"))
        mask = [line.strip() for line in text_of(typed, f"mask-{answer_id}").splitlines() if line.strip()]
        body: dict[str, Any] = {"decision": decision, "reason": reason if decision == "hide" else None, "mask": mask}
        await services.supervision.about_answer(visitor.token, answer_id, "moderation", body, version=version_of(typed), key=key_of(typed))

    again = partial(_queue_page, request, services, visitor)
    return await carry_out(request, typed, f"answer-{answer_id}", deed(), again, to="/citizens/queue", done="citizens.done_moderated")


@router.get("/citizens/units/{unit_id}")
async def voice(request: Request, services: Portal, visitor: SignedIn, unit_id: str, year: str = "") -> Response:
    return await _voice_page(request, services, visitor, unit_id, FormState(), year)


@router.post("/citizens/units/{unit_id}/complaints/{answer_id}")
async def resolve(request: Request, services: Portal, visitor: SignedIn, typed: Typed, unit_id: str, answer_id: str) -> Response:
    """Say what the unit did about a complaint."""

    async def deed() -> None:
        checks = Checks(typed)
        text = checks.needed(f"resolution-{answer_id}", say(request, "citizens.resolution_missing"))
        checks.finish(say(request, "form.some_wrong"))
        await services.supervision.about_answer(
            visitor.token, answer_id, "resolution", {"resolution": text}, version=version_of(typed), key=key_of(typed)
        )

    again = partial(_voice_page, request, services, visitor, unit_id)
    to = f"/citizens/units/{unit_id}"
    return await carry_out(request, typed, f"complaint-{answer_id}", deed(), again, to=to, done="citizens.done_resolved")


async def _queue_page(request: Request, services: Services, visitor: Visitor, form: FormState, cursor: str = "") -> Response:
    found = await services.supervision.waiting_answers(visitor.token, cursor)
    drafts = await kept_of(services, visitor)
    return page(request, "citizens/queue.html", status=status_of(form), found=found, drafts=drafts, **refused_page(form))


async def _voice_page(request: Request, services: Services, visitor: Visitor, unit_id: str, form: FormState, year: str = "") -> Response:
    found = await services.supervision.unit_voice(visitor.token, unit_id, year_of(year))
    drafts = await kept_of(services, visitor)
    return page(request, "citizens/unit.html", status=status_of(form), found=found, drafts=drafts, **refused_page(form))
