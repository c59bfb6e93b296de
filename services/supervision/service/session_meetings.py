"""The agreed meeting of a feedback session follows its case: it is called off with the session, and goes with the task to hold it."""

from __future__ import annotations

from kit.unit import UnitOfWork
from services.supervision.domain.meeting_times import Span
from services.supervision.models import Case
from services.supervision.repository import meetings as rows
from services.supervision.service import meetings


async def call_off(unit: UnitOfWork, case: Case, reason: str) -> None:
    """An agreed time that is still to come is for nothing any more; everybody in it gets the cancellation.

    Who reads the meeting sees that it is called off, in their language; the reason is for the audit trail. Nothing is sent to
    an employee who has died, for the family would read it.
    """
    meeting = await rows.of_case(unit, case.case_id, lock=True)
    if meeting is not None and meeting.status == "agreed" and meeting.starts_at > unit.now:
        await meetings.call_off(unit, meeting, reason, untold={case.employee_id} if case.outcome == "deceased" else set())


async def hand_on(unit: UnitOfWork, case_id: str, holder_id: str) -> None:
    """Who holds the session's task now organises its meeting; a time that is past or was missed changes in no calendar."""
    meeting = await rows.of_case(unit, case_id, lock=True)
    if meeting is None or meeting.status not in {"agreed", "missed"} or meeting.organiser_id == holder_id:
        return
    if meeting.status == "missed" or meeting.starts_at <= unit.now:
        meeting.organiser_id = holder_id
        meeting.version += 1
        return
    invited = {attendee.person_id for attendee, _ in (await rows.attendees(unit, [meeting.meeting_id]))[meeting.meeting_id]}
    span = Span(meeting.starts_at, meeting.ends_at)
    await meetings.move(unit, meeting, span, meeting.place, invited - {holder_id}, organiser_id=holder_id)
