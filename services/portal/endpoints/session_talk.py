"""The feedback session: its time, its minutes with both signatures, and the employee's view of it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from fastapi import Request
from fastapi.routing import APIRouter
from starlette.responses import Response

from kit.problems import Problem
from services.portal.clients import Services
from services.portal.clients.base import part_of_page
from services.portal.endpoints.deeds import Again, carry_out, kept_of, refused_page, status_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.talks import clock_of, span_typed
from services.portal.forms import Checks, FormState, rows, text_of, version_of
from services.portal.rendering import page, say
from services.portal.sessions import SignedIn, Visitor
from services.portal.talk_helpers import STATEMENTS

router = APIRouter()


async def show(request: Request, services: Services, visitor: Visitor, case_id: str, form: FormState) -> Response:
    """The page of the session, as far as the visitor may see it."""
    away: list[str] = []
    token = visitor.token
    try:
        case = await services.supervision.case(token, case_id)
    except Problem as problem:
        if problem.status != 404:
            raise
        return await _show_from_outside(request, services, visitor, case_id, form, problem)
    arrangement = await services.supervision.arrangement(token, case_id)
    sign_off = await part_of_page(services.supervision.sign_off(token, case_id), away, None)
    opinion = await part_of_page(services.supervision.opinion(token, case_id), away, None)
    drafts = await kept_of(services, visitor, case_id)
    meeting = arrangement.meeting
    return page(
        request,
        "talks/session.html",
        status=status_of(form),
        case=case,
        arrangement=arrangement,
        began=meeting is not None and meeting.starts_at <= clock_of(request).now(),
        to_come=case.phase == "feedback_session" and case.session is None,
        sign_off=sign_off,
        mine=case.employee_id == visitor.person_id,
        opinion=opinion,
        drafts=drafts,
        away=away,
        **refused_page(form),
    )


async def _show_from_outside(
    request: Request, services: Services, visitor: Visitor, case_id: str, form: FormState, hidden: Problem
) -> Response:
    """Only what somebody was asked for in a case that is closed to them: to sign what they held, or to read how it was.

    Raises:
        Problem: ``hidden``, where nothing is asked of the visitor.
    """
    away: list[str] = []
    sign_off = await part_of_page(services.supervision.sign_off(visitor.token, case_id), away, None)
    opinion = await part_of_page(services.supervision.opinion(visitor.token, case_id), away, None)
    asked = sign_off or opinion
    if asked is None:
        raise hidden
    return page(
        request,
        "talks/session.html",
        status=status_of(form),
        case={"case_id": case_id, "employee_name": asked.employee_name},
        arrangement=None,
        sign_off=sign_off,
        mine=False,
        opinion=opinion,
        drafts=await kept_of(services, visitor, case_id),
        away=away,
        **refused_page(form),
    )


def _again(request: Request, services: Services, visitor: Visitor, case_id: str) -> Again:
    return partial(show, request, services, visitor, case_id)


@router.get("/cases/{case_id}/session")
async def session(request: Request, services: Portal, visitor: SignedIn, case_id: str) -> Response:
    return await show(request, services, visitor, case_id, FormState())


@router.post("/cases/{case_id}/session/times")
async def propose(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """The supervisor proposes times; rows left empty are not meant."""

    async def deed() -> None:
        used = [row for row in rows(typed, "times") if text_of(typed, f"times-{row}-starts_at")]
        checks = Checks(typed)
        spans = [span_typed(request, checks, f"times-{row}-starts_at", "duration") for row in used]
        if len(used) < 2:
            checks.wrong("times-0-starts_at", say(request, "session_talk.two_times"))
        place = checks.needed("place", say(request, "talks.place_missing"))
        checks.finish(say(request, "form.some_wrong"))
        try:
            body = {"times": spans, "place": place}
            await services.supervision.act(visitor.token, case_id, "session-times", body, key=key_of(typed))
        except Problem as problem:
            # The service counts the times it got; people see the rows they typed them in.
            for at, row in reversed(list(enumerate(used))):
                problem.errors = [replace(one, path=one.path.replace(f"times[{at}]", f"times[{row}]")) for one in problem.errors]
            raise

    again = _again(request, services, visitor, case_id)
    to = f"/cases/{case_id}/session"
    return await carry_out(request, typed, "session-times", deed(), again, to=to, done="session_talk.done_proposed")


@router.post("/cases/{case_id}/session/choice")
async def choose(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """The employee chooses a time, or asks for others."""
    others = text_of(typed, "choice") == "others"

    async def deed() -> None:
        choice = text_of(typed, "choice")
        if others:
            body: dict[str, object] = {"note": text_of(typed, "note")}
            await services.supervision.act(visitor.token, case_id, "session-times/others", body, key=key_of(typed))
            return
        checks = Checks(typed)
        if not choice.isdecimal():
            checks.wrong("choice", say(request, "form.choose_one"))
        checks.finish(say(request, "form.some_wrong"))
        body = {"proposal_id": text_of(typed, "proposal_id"), "choice": int(choice)}
        await services.supervision.act(visitor.token, case_id, "session-times/choice", body, key=key_of(typed))

    again = _again(request, services, visitor, case_id)
    done = "session_talk.done_others" if others else "session_talk.done_chosen"
    return await carry_out(request, typed, "session-choice", deed(), again, to=f"/cases/{case_id}/session", done=done)


@router.post("/cases/{case_id}/session/no-show")
async def no_show(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    async def deed() -> None:
        checks = Checks(typed)
        absent = text_of(typed, "absent")
        if absent not in {"employee", "supervisor"}:
            checks.wrong("absent", say(request, "form.choose_one"))
        checks.finish(say(request, "form.some_wrong"))
        body = {"absent": absent, "note": text_of(typed, "absent_note")}
        await services.supervision.act(visitor.token, case_id, "session-no-shows", body, key=key_of(typed))

    again = _again(request, services, visitor, case_id)
    to = f"/cases/{case_id}/session"
    return await carry_out(request, typed, "no-show", deed(), again, to=to, done="session_talk.done_no_show")


@router.post("/cases/{case_id}/session/minutes")
async def amend(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """The leader amends the minutes; signatures under the earlier ones are void."""

    async def deed() -> None:
        checks = Checks(typed)
        minutes = checks.needed("minutes", say(request, "session.minutes_missing"))
        checks.finish(say(request, "form.some_wrong"))
        items = [line.strip() for line in text_of(typed, "improvement_items").splitlines() if line.strip()]
        body = {"minutes": minutes, "improvement_items": items}
        await services.supervision.amend_session(visitor.token, case_id, body, version=version_of(typed), key=key_of(typed))

    again = _again(request, services, visitor, case_id)
    to = f"/cases/{case_id}/session"
    return await carry_out(request, typed, "minutes", deed(), again, to=to, done="session_talk.done_amended")


@router.post("/cases/{case_id}/session/signature")
async def sign(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """Sign what the page showed (its hash travels with the form), take the signature back, or decline."""
    action = text_of(typed, "action")

    async def deed() -> None:
        if action == "sign":
            body = {"content_hash": text_of(typed, "content_hash")}
            await services.supervision.act(visitor.token, case_id, "feedback-session/signatures", body, key=key_of(typed))
            return
        checks = Checks(typed)
        reason = checks.needed("sign_reason", say(request, "session_talk.reason_missing"))
        checks.finish(say(request, "form.some_wrong"))
        path = "feedback-session/refusals" if action == "refuse" else "feedback-session/signatures/withdrawal"
        await services.supervision.act(visitor.token, case_id, path, {"reason": reason}, key=key_of(typed))

    again = _again(request, services, visitor, case_id)
    done = {"sign": "session_talk.done_signed", "refuse": "session_talk.done_refused"}.get(action, "session_talk.done_withdrawn")
    return await carry_out(request, typed, "signature", deed(), again, to=f"/cases/{case_id}/session", done=done)


@router.post("/cases/{case_id}/session/opinion")
async def opinion(request: Request, services: Portal, visitor: SignedIn, typed: Typed, case_id: str) -> Response:
    """The employee rates the nine statements."""

    async def deed() -> None:
        checks = Checks(typed)
        ratings: dict[str, int] = {}
        for statement in STATEMENTS:
            score = text_of(typed, f"ratings-{statement}")
            if score in {"1", "2", "3", "4", "5"}:
                ratings[statement] = int(score)
            else:
                checks.wrong(f"ratings-{statement}", say(request, "session_talk.rate_missing"))
        checks.finish(say(request, "form.some_wrong"))
        body = {"ratings": ratings, "comment": text_of(typed, "opinion_comment")}
        await services.supervision.give_opinion(visitor.token, case_id, body, key=key_of(typed))

    again = _again(request, services, visitor, case_id)
    to = f"/cases/{case_id}/session"
    return await carry_out(request, typed, "opinion", deed(), again, to=to, done="session_talk.done_opinion")


@router.get("/cycles/{cycle_id}/session-opinions")
async def opinions(request: Request, services: Portal, visitor: SignedIn, cycle_id: str) -> Response:
    """Means by unit, for HR and leadership."""
    means = await services.supervision.opinions(visitor.token, cycle_id)
    names = {unit.unit_id: unit.name for unit in await part_of_page(services.appraisal.units(visitor.token), [], [])}
    return page(request, "talks/opinions.html", cycle_id=cycle_id, means=means, names=names)
