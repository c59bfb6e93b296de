"""My supervisor is wrong: anybody asks on any page, HR decides, work goes on meanwhile."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from kit.problems import Problem
from services.portal.clients import Services
from services.portal.clients.appraisal import CaseRow, Person
from services.portal.clients.base import part_of_page
from services.portal.endpoints.cases import act
from services.portal.endpoints.deeds import carried_out, kept_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.errors import heading_key
from services.portal.forms import Checks, FormState, day, text_of
from services.portal.rendering import kept_form, page, say
from services.portal.sessions import SignedIn, Visitor

router = APIRouter()
PEOPLE_FOUND = 20


@router.get("/supervisor-correction")
async def ask_page(request: Request, services: Portal, visitor: SignedIn, case: str = "", q: str = "") -> Response:
    form = kept_form(await kept_of(services, visitor), "supervisor-correction")
    return await _show(request, services, visitor, case or form.get("case_id"), q or form.get("q"), form)


async def _show(request: Request, services: Services, visitor: Visitor, case_id: str, q: str, form: FormState) -> Response:
    away: list[str] = []
    mine, _ = await part_of_page(services.appraisal.cases(visitor.token, person="me", limit=10), away, ([], None))
    open_cases: list[CaseRow] = [row for row in mine if row.phase != "closed"]
    if case_id and all(row.case_id != case_id for row in open_cases):
        seen = await part_of_page(services.appraisal.case(visitor.token, case_id), away, None)
        open_cases = [seen, *open_cases] if seen else open_cases
    chosen = case_id or (open_cases[0].case_id if open_cases else "")
    known = await part_of_page(services.supervision.case(visitor.token, chosen), away, None) if chosen else None
    found: list[Person] = []
    if q.strip():
        found, _ = await part_of_page(services.appraisal.people(visitor.token, query=q, limit=PEOPLE_FOUND), away, ([], None))
    problem = form.problem
    return page(
        request,
        "supervisor_correction.html",
        status=problem.status if problem else 200,
        cases=open_cases,
        chosen=chosen,
        case=known,
        found=found,
        q=q,
        form=form,
        problem=problem,
        heading=heading_key(problem) if problem else "",
        away=away,
    )


@router.post("/supervisor-correction")
async def ask(request: Request, services: Portal, visitor: SignedIn, typed: Typed) -> Response:
    case_id = text_of(typed, "case_id")
    try:
        checks = Checks(typed)
        checks.needed("case_id", say(request, "correction.no_case"))
        checks.needed("reason", say(request, "correction.reason_missing"))
        checks.finish(say(request, "form.some_wrong"))
        body = {"proposed_supervisor_id": text_of(typed, "proposed_supervisor_id") or None, "reason": text_of(typed, "reason")}
        await services.supervision.act(visitor.token, case_id, "supervisor-corrections", body, key=key_of(typed))
    except Problem as problem:
        form = FormState.failed("supervisor-correction", typed, problem)
        return await _show(request, services, visitor, case_id, text_of(typed, "q"), form)
    return await carried_out(request, typed, to=f"/cases/{case_id}", done="done.correction_asked")


@router.post("/cases/{case_id}/supervisor-correction-decision")
async def decide(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """HR accepts (naming the right supervisor and, where another one was right before, the day it changed) or refuses, with a reason.

    Each part of the year keeps its assessor (PermenPANRB 6/2022), so the day is what saves the former assessor's part.
    """
    accepted = text_of(typed, "accepted")

    async def deed() -> None:
        checks = Checks(typed)
        if accepted not in {"yes", "no"}:
            checks.wrong("accepted", say(request, "form.choose_one"))
        if accepted == "yes":
            checks.needed("supervisor_id", say(request, "correction.supervisor_missing"))
        since = _since(request, checks, typed) if accepted == "yes" else None
        checks.needed("reason", say(request, "correction.decision_reason_missing"))
        checks.finish(say(request, "form.some_wrong"))
        body = {
            "accepted": accepted == "yes",
            "supervisor_id": text_of(typed, "supervisor_id") or None,
            "since": since,
            "reason": text_of(typed, "reason"),
        }
        await services.supervision.act(visitor.token, case_id, "supervisor-corrections/decision", body, key=key_of(typed))

    return await act(request, services, visitor, case_id, "supervisor-correction-decision", typed, deed(), done="done.correction_decided")


def _since(request: Request, checks: Checks, typed: FormData) -> str | None:
    """The day from which the new supervisor is right; None where the recorded one never was."""
    text = text_of(typed, "since")
    try:
        return day(text).isoformat() if text else None
    except ValueError:
        checks.wrong("since", say(request, "form.not_a_date"))
        return None
