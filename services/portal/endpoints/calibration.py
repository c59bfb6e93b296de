"""A unit's calibration: its results against the pattern, proposals with reasons, and the superior's decision."""

from __future__ import annotations

import asyncio
from uuid import uuid4

from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.problems import Problem
from services.portal.clients import Services
from services.portal.clients.base import part_of_page
from services.portal.endpoints.cases import act
from services.portal.endpoints.deeds import carried_out, kept_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.errors import heading_key
from services.portal.forms import Checks, FormState, text_of
from services.portal.helpers import RATINGS
from services.portal.rendering import page, say
from services.portal.sessions import SignedIn, Visitor

router = APIRouter()


@router.get("/cycles/{cycle_id}/calibration")
async def calibration(request: Request, services: Portal, visitor: SignedIn, cycle_id: str, unit_id: str, case_id: str = "") -> Response:
    """The unit's results beside the pattern of its result as an organisation, and the proposals about them; ``case_id`` was chosen."""
    return await _page(request, services, visitor, cycle_id, unit_id, chosen=case_id)


async def _page(
    request: Request,
    services: Services,
    visitor: Visitor,
    cycle_id: str,
    unit_id: str,
    form: FormState | None = None,
    *,
    chosen: str = "",
    tried: dict[str, str] | None = None,
) -> Response:
    away: list[str] = []
    found, cycle, distribution = await asyncio.gather(
        services.supervision.calibration(visitor.token, cycle_id, unit_id),
        services.appraisal.cycle(visitor.token, cycle_id),
        part_of_page(services.appraisal.distribution(visitor.token, cycle_id, unit_id, subtree=False), away, None),
    )
    proposed = {one.case_id: one for one in found.moves if one.status == "open"}
    moves = {one.case_id: {"case_id": one.case_id, "results": one.to_results, "behaviour": one.to_behaviour} for one in proposed.values()}
    if tried:
        moves[tried["case_id"]] = tried
    changes = list(moves.values())
    previewed = services.appraisal.distribution_preview(visitor.token, cycle_id, unit_id, changes, key=str(uuid4())) if changes else None
    preview = await part_of_page(previewed, away, None) if previewed else None
    form = form or FormState()
    problem = form.problem
    return page(
        request,
        "calibration.html",
        status=problem.status if problem else 200,
        cycle=cycle,
        unit=found,
        distribution=distribution,
        preview=preview,
        proposed=proposed,
        chosen=chosen,
        tried=tried,
        drafts=await kept_of(services, visitor, unit_id),
        form=form,
        problem=problem,
        heading=heading_key(problem) if problem else "",
        away=away,
    )


@router.post("/cycles/{cycle_id}/calibration")
async def change(request: Request, services: Portal, visitor: SignedIn, typed: Typed, cycle_id: str) -> Response:
    """Propose other ratings for a case, see first what they would do to the distribution, or take a proposal back."""
    unit_id, case_id, action = text_of(typed, "unit_id"), text_of(typed, "case_id"), text_of(typed, "action")
    withdraws = action == "withdraw"
    checks = Checks(typed)
    try:
        reason = text_of(typed, "reason") if action == "try" else checks.needed("reason", say(request, "calibrate.reason_missing"))
        ratings = {name: text_of(typed, name) for name in ("results", "behaviour")}
        for name, rating in ratings.items():
            if not withdraws and rating not in RATINGS:
                checks.wrong(name, say(request, f"review.{name}_missing"))
        checks.finish(say(request, "form.some_wrong"))
        if action == "try":
            values = {name: value for name, value in typed.items() if isinstance(value, str) and name != "key"}
            tried = {"case_id": case_id, **ratings}
            return await _page(request, services, visitor, cycle_id, unit_id, FormState("move", values), tried=tried)
        if withdraws:
            await services.supervision.withdraw_move(visitor.token, case_id, reason, key=key_of(typed))
        else:
            body = {"cycle_id": cycle_id, "case_id": case_id, "reason": reason, **ratings}
            await services.supervision.propose_move(visitor.token, unit_id, body, key=key_of(typed))
    except Problem as problem:
        form = FormState.failed("withdrawal" if withdraws else "move", typed, problem)
        return await _page(request, services, visitor, cycle_id, unit_id, form)
    done = "calibrate.withdrawn_notice" if withdraws else "calibrate.proposed_notice"
    return await carried_out(request, typed, to=f"/cycles/{cycle_id}/calibration?unit_id={unit_id}", done=done)


@router.post("/cases/{case_id}/calibration-decision")
async def decide(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """The superior approves or refuses a proposal."""
    approved = text_of(typed, "approved")

    async def deed() -> None:
        checks = Checks(typed)
        if approved not in {"yes", "no"}:
            checks.wrong("approved", say(request, "form.choose_one"))
        reason = checks.needed("reason", say(request, "calibrate.decision_reason_missing"))
        checks.finish(say(request, "form.some_wrong"))
        body = {"approved": approved == "yes", "reason": reason}
        await services.supervision.act(visitor.token, case_id, "calibration-decision", body, key=key_of(typed))

    return await act(request, services, visitor, case_id, "calibration-decision", typed, deed(), done="calibrate.decided_notice")
