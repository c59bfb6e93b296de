"""Meetings, their invitations and minutes; and the times of a feedback session."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response

from kit.http import Caller, ServiceRoute, Unit, Version, etag
from services.supervision.schemas import Key
from services.supervision.schemas_talks import (
    CancellationBody,
    MeetingChangeBody,
    MinutesBody,
    NoShowBody,
    OtherTimesBody,
    SessionChoiceBody,
    SessionTimesBody,
    TeamMeetingBody,
)
from services.supervision.service import invitations, meetings, session_times
from services.supervision.views_talks import ArrangementView, MeetingPage, MeetingView, NoShowView, ProposalView

router = APIRouter(tags=["meetings"], route_class=ServiceRoute)


@router.get("/meetings")
async def list_meetings(unit: Unit, caller: Caller) -> MeetingPage:
    """The caller's meetings, the latest first."""
    return await meetings.mine(unit, caller)


@router.post("/meetings", status_code=201)
async def call_team_meeting(body: TeamMeetingBody, unit: Unit, caller: Caller) -> MeetingView:
    """Call people who report to the caller to an evaluation meeting; each gets an invitation."""
    return await meetings.call_team(unit, caller, body)


@router.get("/meetings/{meeting_id}")
async def read_meeting(meeting_id: Key, unit: Unit, caller: Caller, response: Response) -> MeetingView:
    """A meeting the caller organises or is invited to."""
    return _versioned(response, await meetings.view(unit, await meetings.known(unit, caller, meeting_id)))


@router.put("/meetings/{meeting_id}")
async def change_meeting(
    meeting_id: Key, body: MeetingChangeBody, unit: Unit, caller: Caller, version: Version, response: Response
) -> MeetingView:
    """Another time, place, agenda or circle; everybody gets the change."""
    return _versioned(response, await meetings.change(unit, caller, meeting_id, version, body))


@router.post("/meetings/{meeting_id}/cancellation")
async def cancel_meeting(meeting_id: Key, body: CancellationBody, unit: Unit, caller: Caller) -> MeetingView:
    """Call it off; everybody gets the cancellation."""
    return await meetings.cancel(unit, caller, meeting_id, body.reason)


@router.post("/meetings/{meeting_id}/minutes")
async def write_minutes(meeting_id: Key, body: MinutesBody, unit: Unit, caller: Caller) -> MeetingView:
    """Minutes and attendance of a team's meeting."""
    return await meetings.write_minutes(unit, caller, meeting_id, body)


@router.get("/meetings/{meeting_id}/invitation.ics", response_class=Response, responses={200: {"content": {"text/calendar": {}}}})
async def invitation(meeting_id: Key, unit: Unit, caller: Caller, language: Literal["id", "en"] = "id") -> Response:
    """The meeting as a calendar file."""
    content = await invitations.calendar_file(unit, caller, meeting_id, language)
    headers = {"Content-Disposition": 'attachment; filename="siklus.ics"'}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


@router.get("/cases/{case_id}/session-arrangement", tags=["feedback session"])
async def read_arrangement(case_id: Key, unit: Unit, caller: Caller) -> ArrangementView:
    """Proposed times, the agreed meeting, and who did not come."""
    return await session_times.arrangement(unit, caller, case_id)


@router.post("/cases/{case_id}/session-times", status_code=201, tags=["feedback session"])
async def propose_times(case_id: Key, body: SessionTimesBody, unit: Unit, caller: Caller) -> ProposalView:
    """The supervisor proposes two to five times."""
    return ProposalView.model_validate(await session_times.propose(unit, caller, case_id, body))


@router.post("/cases/{case_id}/session-times/choice", tags=["feedback session"])
async def choose_time(case_id: Key, body: SessionChoiceBody, unit: Unit, caller: Caller) -> MeetingView:
    """The employee chooses one of them."""
    return await meetings.view(unit, await session_times.choose(unit, caller, case_id, body.proposal_id, body.choice))


@router.post("/cases/{case_id}/session-times/others", tags=["feedback session"])
async def ask_for_other_times(case_id: Key, body: OtherTimesBody, unit: Unit, caller: Caller) -> ArrangementView:
    """The employee asks for other times."""
    await session_times.ask_for_others(unit, caller, case_id, body.note)
    return await session_times.arrangement(unit, caller, case_id)


@router.post("/cases/{case_id}/session-no-shows", status_code=201, tags=["feedback session"])
async def record_no_show(case_id: Key, body: NoShowBody, unit: Unit, caller: Caller) -> NoShowView:
    """Somebody did not come to the agreed session."""
    return NoShowView.model_validate(await session_times.record_no_show(unit, caller, case_id, body.absent, body.note))


def _versioned(response: Response, meeting: MeetingView) -> MeetingView:
    response.headers["ETag"] = etag(meeting.version)
    return meeting
