"""What supervisors and unit heads do with a case: check-ins, review, release, feedback session."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.clock import CITY_ZONE
from kit.problems import Problem
from services.portal.endpoints import side_by_side
from services.portal.endpoints.cases import act, keep, refused
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.monitoring import check_in_typed
from services.portal.forms import Checks, FormState, flat, text_of, version_of
from services.portal.helpers import CORE_VALUES, RATINGS
from services.portal.rendering import say
from services.portal.sessions import SignedIn

router = APIRouter()


@router.post("/cases/{case_id}/check-ins")
async def record_check_in(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    async def deed() -> None:
        body = check_in_typed(request, typed)
        await services.supervision.act(visitor.token, case_id, "check-ins", body, key=key_of(typed))

    return await act(request, services, visitor, case_id, "check-in", typed, deed(), done="done.check_in")


def checked_review(request: Request, checks: Checks, *, complete: bool) -> dict[str, Any]:
    """The review as the service takes it.

    Raises:
        InvalidInput: when it is to be submitted, ratings or reasons are missing.
    """
    body: dict[str, Any] = {}
    for name in ("results", "behaviour"):
        rating = text_of(checks.form, name)
        if rating not in RATINGS:
            rating = ""
            if complete:
                checks.wrong(name, say(request, f"review.{name}_missing"))
        body[name] = rating or None
        body[f"{name}_reason"] = text_of(checks.form, f"{name}_reason")
        if complete:
            checks.needed(f"{name}_reason", say(request, "review.reason_missing"))
    checks.finish(say(request, "form.some_wrong"))
    chosen = {value: text_of(checks.form, f"values-{value}") for value in CORE_VALUES}
    body["new_idea"] = text_of(checks.form, "new_idea") == "yes"
    body["values"] = {value: rating for value, rating in chosen.items() if rating in RATINGS}
    return body


@router.post("/cases/{case_id}/review")
async def write_review(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """Save the draft, or hand in the ratings."""
    submit = text_of(typed, "action") == "submit"
    beside = text_of(typed, "page") == side_by_side.address_of(case_id)
    page_of = side_by_side.show if beside else refused
    again = partial(page_of, request, services, visitor, case_id)
    try:
        body = checked_review(request, Checks(typed), complete=submit)
    except Problem as problem:
        return await again(FormState.failed("review", typed, problem))
    version, key = version_of(typed), key_of(typed)

    async def save() -> int:
        return await services.supervision.save_review(visitor.token, case_id, body, version=version, key=f"{key}-save")

    async def hand_in(saved: int) -> None:
        await services.supervision.submit_review(visitor.token, case_id, version=saved, key=f"{key}-submit")

    async def stored() -> tuple[int, dict[str, str]]:
        now = await services.supervision.review(visitor.token, case_id)
        return now.version, flat(now.model_dump(exclude={"version", "status"}))

    done = "done.review_submitted" if submit else "done.review_saved"
    to = side_by_side.address_of(case_id) if beside and not submit else ""
    handing = hand_in if submit else None
    return await keep(request, services, visitor, case_id, "review", typed, save, handing, stored, done=done, again=again, to=to)


@router.post("/cases/{case_id}/self-assessment-return")
async def return_self_assessment(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """Send the self-assessment back to the employee with a reason."""

    async def deed() -> None:
        checks = Checks(typed)
        reason = checks.needed("reason", say(request, "self_return.reason_missing"))
        checks.finish(say(request, "form.some_wrong"))
        body = {"reason": reason, "assessment_version": version_of(typed)}
        await services.supervision.act(visitor.token, case_id, "self-assessment-return", body, key=key_of(typed))

    return await act(request, services, visitor, case_id, "self-assessment-return", typed, deed(), done="self_return.done")


@router.post("/cases/{case_id}/assessment-parts/{number}")
async def rate_part(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str, number: int) -> Response:
    """The leaving assessor rates their part of the year."""

    async def deed() -> None:
        checks = Checks(typed)
        body = {name: text_of(typed, name) for name in ("results", "behaviour")}
        for name, rating in body.items():
            if rating not in RATINGS:
                checks.wrong(name, say(request, f"review.{name}_missing"))
        body["reason"] = checks.needed("reason", say(request, "review.reason_missing"))
        checks.finish(say(request, "form.some_wrong"))
        await services.supervision.act(visitor.token, case_id, f"assessment-parts/{number}/rating", body, key=key_of(typed))

    return await act(request, services, visitor, case_id, "rate-part", typed, deed(), done="done.part_rated")


@router.post("/cases/{case_id}/release")
async def release(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """Release the results of the whole unit."""

    async def deed() -> None:
        checks = Checks(typed)
        checks.needed("reason", say(request, "release.reason_missing"))
        if text_of(typed, "sure") != "yes":
            checks.wrong("sure", say(request, "release.not_sure"))
        checks.finish(say(request, "form.some_wrong"))
        body = {"cycle_id": case_id.rpartition(".")[0], "reason": text_of(typed, "reason")}
        await services.supervision.release(visitor.token, text_of(typed, "unit_id"), body, key=key_of(typed))

    return await act(request, services, visitor, case_id, "release", typed, deed(), done="done.released")


@router.post("/cases/{case_id}/feedback-session")
async def hold_session(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    async def deed() -> None:
        checks = Checks(typed)
        held_at: datetime | None = None
        try:
            held_at = datetime.fromisoformat(checks.needed("held_at", say(request, "session.held_at_missing")) or "x")
        except ValueError:
            if text_of(typed, "held_at"):
                checks.wrong("held_at", say(request, "form.not_a_date"))
        checks.needed("minutes", say(request, "session.minutes_missing"))
        items = [line.strip() for line in text_of(typed, "improvement_items").splitlines() if line.strip()]
        if not items:
            checks.wrong("improvement_items", say(request, "session.items_missing"))
        checks.finish(say(request, "form.some_wrong"))
        assert held_at is not None
        body = {"held_at": held_at.replace(tzinfo=CITY_ZONE).isoformat(), "minutes": text_of(typed, "minutes"), "improvement_items": items}
        await services.supervision.act(visitor.token, case_id, "feedback-session", body, key=key_of(typed))

    return await act(request, services, visitor, case_id, "feedback-session", typed, deed(), done="done.session")
