"""Events of the supervision service about talks: meetings with their invitations, small requests, and what a talk agreed on."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from contracts.envelope import EventData

MeetingKind = Literal["feedback_session", "team_evaluation"]
RequestKind = Literal[
    "choose_session_time",
    "propose_session_times",
    "sign_session",
    "read_session_opinion",
    "give_feedback",
    "read_feedback",
    "give_statement",
]


class _MeetingEvent(EventData):
    meeting_id: str
    kind: MeetingKind
    uid: str
    """The calendar entry's UID: the same for every invitation, change and cancellation of the meeting."""
    sequence: int
    """Raised with every change and with the cancellation, so that calendars know the newest."""
    starts_at: datetime
    ends_at: datetime
    place: str
    organiser_id: str
    attendee_ids: tuple[str, ...]
    cycle_id: str | None = None
    case_id: str | None = None
    """The case it is about; a team's meeting is about none."""

    def subject(self) -> str:
        return self.case_id or f"meeting:{self.meeting_id}"


class MeetingScheduled(_MeetingEvent):
    """A meeting has its time and place; the people in it are invited."""

    TYPE: ClassVar[str] = "supervision.meeting_scheduled"


class MeetingChanged(_MeetingEvent):
    """A meeting takes place at another time, in another place or with other people."""

    TYPE: ClassVar[str] = "supervision.meeting_changed"


class MeetingReminder(_MeetingEvent):
    """A meeting takes place within a day; the people in it are reminded, of each of its times once."""

    TYPE: ClassVar[str] = "supervision.meeting_reminder"


class MeetingCancelled(_MeetingEvent):
    """A meeting does not take place."""

    TYPE: ClassVar[str] = "supervision.meeting_cancelled"

    for_all: bool = True
    """False where it goes on without the people named here, who are no longer invited."""


class RequestMade(EventData):
    """Somebody is asked for something small that no task stands for: the year does not wait for it."""

    TYPE: ClassVar[str] = "supervision.request_made"

    cycle_id: str
    case_id: str
    what: RequestKind
    assignee_id: str
    employee_id: str
    """Whose case it is."""

    def subject(self) -> str:
        return self.case_id


class ImprovementsAgreed(EventData):
    """What employee and leader agreed to improve: the start of the next year's plan. The newest list replaces the one before."""

    TYPE: ClassVar[str] = "supervision.improvements_agreed"

    cycle_id: str
    case_id: str
    person_id: str
    items: tuple[str, ...]

    def subject(self) -> str:
        return self.case_id
