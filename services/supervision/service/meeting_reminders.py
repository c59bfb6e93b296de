"""Reminding of meetings the day before. The meeting's row remembers which of its times was reminded of, so nobody hears it twice."""

from __future__ import annotations

from datetime import timedelta

from contracts.meetings import MeetingReminder
from kit.unit import UnitOfWork
from services.supervision.repository import meetings as rows
from services.supervision.service.meetings import event_fields

AHEAD = timedelta(days=1)
AT_ONCE = 100


async def remind(unit: UnitOfWork) -> bool:
    """Remind of what takes place within a day; True where there may be more. Who was told of the time within that day knows it."""
    found = await rows.to_remind(unit, unit.now, unit.now + AHEAD, AT_ONCE)
    invited = await rows.attendees(unit, [meeting.meeting_id for meeting in found])
    for meeting in found:
        meeting.reminded_of = meeting.starts_at
        if meeting.changed_at <= meeting.starts_at - AHEAD:
            people = sorted(attendee.person_id for attendee, _ in invited[meeting.meeting_id])
            unit.publish(MeetingReminder.model_validate(event_fields(meeting, people)))
    return len(found) == AT_ONCE
