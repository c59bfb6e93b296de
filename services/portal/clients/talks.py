"""Talks in the supervision service: meetings, the feedback session's arrangement and signatures, follow-ups, feedback, hearings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import httpx

from kit.problems import NotFound, Unavailable
from services.portal.clients.base import View
from services.portal.clients.drafts import DeskClient


class Span(View):
    starts_at: datetime
    ends_at: datetime


class Proposal(View):
    proposal_id: str
    proposed_at: datetime
    times: list[Span] = []
    place: str = ""
    status: str = "open"
    note: str = ""


class Attendee(View):
    person_id: str
    name: str = ""
    attendance: str | None = None


class Meeting(View):
    """A feedback session's or a team's meeting. ``status``: agreed, held, missed or cancelled."""

    meeting_id: str
    kind: str
    case_id: str | None = None
    organiser_id: str
    organiser_name: str = ""
    status: str
    topic: str = ""
    agenda: str = ""
    place: str = ""
    starts_at: datetime
    ends_at: datetime
    minutes: str = ""
    cancelled_reason: str = ""
    attendees: list[Attendee] = []
    version: int = 1


class NoShow(View):
    absent: str
    starts_at: datetime
    note: str = ""


class Arrangement(View):
    """How the session is being arranged. ``role``: employee, supervisor or reader."""

    role: str = "reader"
    proposal: Proposal | None = None
    meeting: Meeting | None = None
    no_shows: list[NoShow] = []


class Signature(View):
    """``state``: valid, void, withdrawn or refused."""

    party: str
    person_id: str
    person_name: str = ""
    content_hash: str
    signed_at: datetime
    state: str
    reason: str = ""
    withdrawn_reason: str = ""


class SignOff(View):
    employee_name: str = ""
    content_hash: str
    held_at: datetime
    minutes: str = ""
    improvement_items: list[str] = []
    results: str | None = None
    behaviour: str | None = None
    version: int = 1
    may_sign: bool = False
    may_amend: bool = False
    signatures: list[Signature] = []


class Opinion(View):
    employee_name: str = ""
    ratings: dict[str, int] = {}
    comment: str = ""
    given_at: datetime | None = None


class OpinionMeans(View):
    unit_id: str
    answers: int
    means: dict[str, float] | None = None


class FollowUp(View):
    """``state``: open, overdue or done."""

    follow_up_id: str
    number: int
    text: str
    owner_id: str
    owner_name: str = ""
    due_on: date | None = None
    state: str = "open"


class CheckInTold(View):
    number: int
    agenda: str = ""
    progress: str = ""
    recorded_at: datetime | None = None


class Agenda(View):
    rhythm: str = "none-fixed"
    next_number: int = 1
    next_due_at: datetime | None = None
    expected_at: list[datetime] = []
    required: int = 0
    may_record: bool = False
    check_ins: list[CheckInTold] = []
    follow_ups: list[FollowUp] = []


class FeedbackCorrection(View):
    text: str
    corrected_at: datetime


class Feedback(View):
    """``covered``: given, and not opened yet by the person it is about."""

    feedback_id: str
    case_id: str
    employee_id: str
    employee_name: str = ""
    giver_id: str
    giver_name: str = ""
    question: str = ""
    objective: str = ""
    core_value: str = ""
    kind: str | None = None
    text: str = ""
    covered: bool = False
    given_at: datetime | None = None
    read_at: datetime | None = None
    corrections: list[FeedbackCorrection] = []
    version: int = 1


class Statement(View):
    party: str
    person_id: str
    person_name: str = ""
    question: str = ""
    text: str = ""
    submitted_at: datetime | None = None


class Hearing(View):
    """``role``: employee, assessor, decider or reader."""

    role: str = "reader"
    reasons: str = ""
    evidence: list[dict[str, str]] = []
    decided: bool = False
    statements: list[Statement] = []


class TalksClient(DeskClient):
    """What of the supervision service is about talks."""

    async def meetings(self, token: str) -> list[Meeting]:
        return [Meeting.model_validate(row) for row in (await self.get(token, "/meetings")).body["items"]]

    async def meeting(self, token: str, meeting_id: str) -> Meeting:
        return Meeting.model_validate((await self.get(token, f"/meetings/{meeting_id}")).body)

    async def call_meeting(self, token: str, body: dict[str, Any], *, key: str) -> Meeting:
        return Meeting.model_validate((await self.send("POST", token, "/meetings", body=body, key=key)).body)

    async def change_meeting(self, token: str, meeting_id: str, body: dict[str, Any], *, version: int, key: str) -> None:
        await self.send("PUT", token, f"/meetings/{meeting_id}", body=body, version=version, key=key)

    async def about_meeting(self, token: str, meeting_id: str, what: str, body: dict[str, Any], *, key: str) -> None:
        """``cancellation`` or ``minutes``."""
        await self.send("POST", token, f"/meetings/{meeting_id}/{what}", body=body, key=key)

    async def invitation(self, token: str, meeting_id: str, language: str) -> bytes:
        """The meeting's calendar file.

        Raises:
            NotFound: there is no such meeting, or it is not the visitor's.
            Unavailable: the service is away.
        """
        headers = {"Authorization": f"Bearer {token}"}
        try:
            answer = await self._http.get(f"/meetings/{meeting_id}/invitation.ics", params={"language": language}, headers=headers)
        except httpx.TransportError as error:
            raise Unavailable(f"The service '{self.name}' does not answer just now.", extra={"service": self.name}) from error
        if not answer.is_success:
            raise NotFound("There is no meeting of this number that you may see.")
        return answer.content

    async def arrangement(self, token: str, case_id: str) -> Arrangement:
        return Arrangement.model_validate((await self.get(token, f"/cases/{case_id}/session-arrangement")).body)

    async def sign_off(self, token: str, case_id: str) -> SignOff:
        return SignOff.model_validate((await self.get(token, f"/cases/{case_id}/feedback-session/sign-off")).body)

    async def amend_session(self, token: str, case_id: str, body: dict[str, Any], *, version: int, key: str) -> None:
        await self.send("PUT", token, f"/cases/{case_id}/feedback-session", body=body, version=version, key=key)

    async def opinion(self, token: str, case_id: str) -> Opinion:
        return Opinion.model_validate((await self.get(token, f"/cases/{case_id}/session-opinion")).body)

    async def give_opinion(self, token: str, case_id: str, body: dict[str, Any], *, key: str) -> None:
        await self.send("PUT", token, f"/cases/{case_id}/session-opinion", body=body, key=key)

    async def opinions(self, token: str, cycle_id: str) -> list[OpinionMeans]:
        """Means by unit."""
        body = (await self.get(token, "/session-opinions", cycle_id=cycle_id)).body
        return [OpinionMeans.model_validate(row) for row in body["items"]]

    async def agenda(self, token: str, case_id: str) -> Agenda:
        return Agenda.model_validate((await self.get(token, f"/cases/{case_id}/agenda")).body)

    async def feedback_of(self, token: str, case_id: str) -> list[Feedback]:
        return [Feedback.model_validate(row) for row in (await self.get(token, f"/cases/{case_id}/feedback")).body["items"]]

    async def feedback_to_give(self, token: str) -> list[Feedback]:
        return [Feedback.model_validate(row) for row in (await self.get(token, "/feedback")).body["items"]]

    async def write_feedback(self, token: str, feedback_id: str, body: dict[str, Any], *, version: int, key: str) -> None:
        await self.send("PUT", token, f"/feedback/{feedback_id}", body=body, version=version, key=key)

    async def about_feedback(self, token: str, feedback_id: str, what: str, body: dict[str, Any] | None, *, key: str) -> None:
        """``read`` or ``corrections``."""
        await self.send("POST", token, f"/feedback/{feedback_id}/{what}", body=body, key=key)

    async def hearing(self, token: str, case_id: str) -> Hearing:
        return Hearing.model_validate((await self.get(token, f"/cases/{case_id}/hearing")).body)
