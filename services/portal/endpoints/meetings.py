"""My meetings; a leader calls the team, changes or cancels a meeting, and writes its minutes."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.portal.clients import Services
from services.portal.clients.base import part_of_page
from services.portal.endpoints.deeds import carry_out, kept_of, refused_page, status_of
from services.portal.endpoints.dependencies import Portal, Typed, key_of
from services.portal.endpoints.talks import clock_of, span_typed
from services.portal.forms import Checks, FormState, text_of, version_of
from services.portal.rendering import kept_form, page, say
from services.portal.sessions import SignedIn, Visitor, language_of
from services.portal.talk_helpers import ATTENDANCES

router = APIRouter()


async def show_all(request: Request, services: Services, visitor: Visitor, form: FormState) -> Response:
    """My meetings, and a form to call the people below me."""
    away: list[str] = []
    meetings = await services.supervision.meetings(visitor.token)
    cases, _ = await part_of_page(services.supervision.cases(visitor.token, team="me", limit=200), away, ([], None))
    team = {case.employee_id: case.employee_name for case in cases if case.employee_id != visitor.person_id}
    drafts = await kept_of(services, visitor)
    typed = form if form.name else kept_form(drafts, "meeting")
    return page(
        request,
        "talks/meetings.html",
        status=status_of(form),
        meetings=meetings,
        team=team,
        chosen=typed.get("attendee_ids").split() if typed.values else list(team),
        drafts=drafts,
        away=away,
        **refused_page(form),
    )


async def show_one(request: Request, services: Services, visitor: Visitor, meeting_id: str, form: FormState) -> Response:
    meeting = await services.supervision.meeting(visitor.token, meeting_id)
    return page(
        request,
        "talks/meeting.html",
        status=status_of(form),
        meeting=meeting,
        drafts=await kept_of(services, visitor, meeting_id),
        mine=meeting.organiser_id == visitor.person_id and meeting.status in {"agreed", "missed"},
        began=meeting.starts_at <= clock_of(request).now(),
        **refused_page(form),
    )


@router.get("/meetings")
async def meetings(request: Request, services: Portal, visitor: SignedIn) -> Response:
    return await show_all(request, services, visitor, FormState())


@router.post("/meetings")
async def call(request: Request, services: Portal, visitor: SignedIn, typed: Typed) -> Response:
    invited = [str(value) for value in typed.getlist("attendee_ids") if value]

    async def deed() -> None:
        checks = Checks(typed)
        topic = checks.needed("topic", say(request, "meetings.topic_missing"))
        span = span_typed(request, checks, "starts_at", "duration")
        place = checks.needed("place", say(request, "talks.place_missing"))
        if not invited:
            checks.wrong("attendee_ids", say(request, "meetings.nobody_invited"))
        checks.finish(say(request, "form.some_wrong"))
        body = {**(span or {}), "topic": topic, "agenda": text_of(typed, "agenda"), "place": place, "attendee_ids": invited}
        await services.supervision.call_meeting(visitor.token, body, key=key_of(typed))

    again = partial(show_all, request, services, visitor)
    return await carry_out(request, typed, "meeting", deed(), again, to="/meetings", done="meetings.done_called")


@router.get("/meetings/{meeting_id}")
async def meeting(request: Request, services: Portal, visitor: SignedIn, meeting_id: str) -> Response:
    return await show_one(request, services, visitor, meeting_id, FormState())


@router.get("/meetings/{meeting_id}/invitation.ics")
async def invitation(request: Request, services: Portal, visitor: SignedIn, meeting_id: str) -> Response:
    """The meeting for one's calendar."""
    content = await services.supervision.invitation(visitor.token, meeting_id, language_of(request))
    headers = {"Content-Disposition": 'attachment; filename="siklus.ics"'}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


@router.post("/meetings/{meeting_id}/change")
async def change(request: Request, services: Portal, visitor: SignedIn, typed: Typed, meeting_id: str) -> Response:
    async def deed() -> None:
        checks = Checks(typed)
        span = span_typed(request, checks, "starts_at", "duration")
        place = checks.needed("place", say(request, "talks.place_missing"))
        checks.finish(say(request, "form.some_wrong"))
        body = {**(span or {}), "place": place, "agenda": text_of(typed, "agenda")}
        await services.supervision.change_meeting(visitor.token, meeting_id, body, version=version_of(typed), key=key_of(typed))

    again = partial(show_one, request, services, visitor, meeting_id)
    return await carry_out(request, typed, "change", deed(), again, to=f"/meetings/{meeting_id}", done="meetings.done_changed")


@router.post("/meetings/{meeting_id}/cancellation")
async def cancel(request: Request, services: Portal, visitor: SignedIn, typed: Typed, meeting_id: str) -> Response:
    async def deed() -> None:
        checks = Checks(typed)
        reason = checks.needed("reason", say(request, "meetings.reason_missing"))
        checks.finish(say(request, "form.some_wrong"))
        await services.supervision.about_meeting(visitor.token, meeting_id, "cancellation", {"reason": reason}, key=key_of(typed))

    again = partial(show_one, request, services, visitor, meeting_id)
    return await carry_out(request, typed, "cancellation", deed(), again, to=f"/meetings/{meeting_id}", done="meetings.done_cancelled")


@router.post("/meetings/{meeting_id}/minutes")
async def minutes(request: Request, services: Portal, visitor: SignedIn, typed: Typed, meeting_id: str) -> Response:
    async def deed() -> None:
        checks = Checks(typed)
        text = checks.needed("minutes", say(request, "meetings.minutes_missing"))
        checks.finish(say(request, "form.some_wrong"))
        named = {name.removeprefix("attendance-"): text_of(typed, name) for name in typed if name.startswith("attendance-")}
        body = {"minutes": text, "attendance": {who: value for who, value in named.items() if value in ATTENDANCES}}
        await services.supervision.about_meeting(visitor.token, meeting_id, "minutes", body, key=key_of(typed))

    again = partial(show_one, request, services, visitor, meeting_id)
    return await carry_out(request, typed, "minutes", deed(), again, to=f"/meetings/{meeting_id}", done="meetings.done_minutes")
