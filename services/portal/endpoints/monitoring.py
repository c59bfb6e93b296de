"""Between plan and review: the agenda of the next check-in with its follow-ups, and feedback through the year."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from services.portal.clients import Services
from services.portal.clients.appraisal import Person
from services.portal.clients.base import part_of_page
from services.portal.endpoints.deeds import carry_out, kept_of, refused_page, status_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.forms import Checks, FormState, rows, text_of
from services.portal.helpers import CORE_VALUES, RATINGS
from services.portal.rendering import kept_form, page, say
from services.portal.sessions import SignedIn, Visitor

router = APIRouter()
KINDS = ("praise", "correction")
PEOPLE_FOUND = 20


def check_in_typed(request: Request, typed: FormData) -> dict[str, Any]:
    """A check-in with its ratings and follow-ups, as the service takes it; rows left empty are not meant.

    Raises:
        InvalidInput: the progress is missing, or one rating without the other.
    """
    checks = Checks(typed)
    checks.needed("progress", say(request, "check_in.progress_missing"))
    rated = {name: text_of(typed, name) for name in ("results", "behaviour") if text_of(typed, name) in RATINGS}
    if len(rated) == 1:
        checks.wrong("behaviour" if "results" in rated else "results", say(request, "ratings.both"))
    checks.finish(say(request, "form.some_wrong"))
    words = ("agenda", "progress", "obstacles", "help_needed", "follow_up")
    body: dict[str, Any] = rated | {name: text_of(typed, name) for name in words}
    body["number"] = int(text_of(typed, "number")) if text_of(typed, "number").isdecimal() else 1
    body["done_follow_ups"] = [str(value) for value in typed.getlist("done_follow_ups")]
    body["follow_ups"] = [
        {
            "text": text_of(typed, f"follow_ups-{row}-text"),
            "owner": "supervisor" if text_of(typed, f"follow_ups-{row}-owner") == "supervisor" else "employee",
            "due_on": text_of(typed, f"follow_ups-{row}-due_on") or None,
        }
        for row in rows(typed, "follow_ups")
        if text_of(typed, f"follow_ups-{row}-text")
    ]
    return body


async def show(request: Request, services: Services, visitor: Visitor, case_id: str, form: FormState, *, searched: str = "") -> Response:
    """The page, as far as the visitor may see it; ``searched`` looks for somebody to ask for feedback."""
    away: list[str] = []
    token = visitor.token
    case = await services.supervision.case(token, case_id)
    agenda = await services.supervision.agenda(token, case_id)
    feedback = await part_of_page(services.supervision.feedback_of(token, case_id), away, [])
    plan = await part_of_page(services.appraisal.plan(token, case_id), away, None)
    drafts = await kept_of(services, visitor, case_id)
    searched = searched or kept_form(drafts, f"feedback-request:{case_id}").get("q")
    found: list[Person] = []
    if searched.strip():
        found, _ = await part_of_page(services.appraisal.people(token, query=searched, limit=PEOPLE_FOUND), away, ([], None))
    return page(
        request,
        "talks/monitoring.html",
        status=status_of(form),
        case=case,
        agenda=agenda,
        feedback=feedback,
        objectives=[objective.title for objective in plan.objectives if objective.title] if plan else [],
        mine=case.employee_id == visitor.person_id,
        above=case.relation in {"supervisor", "superior"},
        task=next((one for one in case.tasks if one.kind == "record_check_in" and one.assignee_id == visitor.person_id), None),
        found=found,
        searched=searched,
        drafts=drafts,
        away=away,
        **refused_page(form),
    )


@router.get("/cases/{case_id}/monitoring")
async def monitoring(request: Request, services: Portal, visitor: SignedIn, case_id: str, q: str = "") -> Response:
    return await show(request, services, visitor, case_id, FormState(), searched=q)


@router.post("/cases/{case_id}/monitoring/check-in")
async def further_check_in(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """A check-in beyond those the year waits for."""

    async def deed() -> None:
        body = check_in_typed(request, typed)
        await services.supervision.act(visitor.token, case_id, "check-ins", body, key=key_of(typed))

    again = partial(show, request, services, visitor, case_id)
    to = f"/cases/{case_id}/monitoring"
    return await carry_out(request, typed, "check-in", deed(), again, to=to, done="done.check_in")


@router.post("/cases/{case_id}/monitoring/follow-up")
async def mark_follow_up(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    path = f"follow-ups/{text_of(typed, 'follow_up_id')}"
    deed = services.supervision.act(visitor.token, case_id, path, {"done": text_of(typed, "action") != "open"}, key=key_of(typed))
    again = partial(show, request, services, visitor, case_id)
    to = f"/cases/{case_id}/monitoring"
    return await carry_out(request, typed, "follow-up", deed, again, to=to, done="monitoring.done_follow_up")


def about_typed(request: Request, checks: Checks, name: str) -> dict[str, str | None]:
    """What feedback is tied to: ``value:…`` a core value, anything else an objective of the plan."""
    chosen = checks.needed(name, say(request, "ongoing_feedback.about_missing"))
    value = chosen.removeprefix("value:")
    if chosen.startswith("value:") and value in CORE_VALUES:
        return {"objective": "", "core_value": value}
    return {"objective": chosen[:300], "core_value": None}


@router.post("/cases/{case_id}/monitoring/feedback")
async def give_feedback(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    async def deed() -> None:
        checks = Checks(typed)
        about = about_typed(request, checks, "about")
        kind = text_of(typed, "kind")
        if kind not in KINDS:
            checks.wrong("kind", say(request, "form.choose_one"))
        text = checks.needed("text", say(request, "ongoing_feedback.text_missing"))
        checks.finish(say(request, "form.some_wrong"))
        body = {**about, "kind": kind, "text": text}
        await services.supervision.act(visitor.token, case_id, "feedback", body, key=key_of(typed))

    again = partial(show, request, services, visitor, case_id)
    to = f"/cases/{case_id}/monitoring"
    return await carry_out(request, typed, "feedback", deed(), again, to=to, done="ongoing_feedback.done_given")


@router.post("/cases/{case_id}/monitoring/feedback-request")
async def ask_feedback(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    async def deed() -> None:
        checks = Checks(typed)
        giver = checks.needed("giver_id", say(request, "ongoing_feedback.giver_missing"))
        about = about_typed(request, checks, "asked_about")
        question = checks.needed("question", say(request, "ongoing_feedback.question_missing"))
        checks.finish(say(request, "form.some_wrong"))
        body = {**about, "giver_id": giver, "question": question}
        await services.supervision.act(visitor.token, case_id, "feedback-requests", body, key=key_of(typed))

    again = partial(show, request, services, visitor, case_id, searched=text_of(typed, "q"))
    to = f"/cases/{case_id}/monitoring"
    return await carry_out(request, typed, "feedback-request", deed(), again, to=to, done="ongoing_feedback.done_asked")


@router.post("/cases/{case_id}/monitoring/feedback-read")
async def read_feedback(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """The person concerned opens what was given; from then on its words stand."""
    deed = services.supervision.about_feedback(visitor.token, text_of(typed, "feedback_id"), "read", None, key=key_of(typed))
    again = partial(show, request, services, visitor, case_id)
    to = f"/cases/{case_id}/monitoring#feedback"
    return await carry_out(request, typed, "feedback-read", deed, again, to=to, done="ongoing_feedback.done_read")
