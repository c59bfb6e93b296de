"""Meetings and their invitations: every change raises the calendar entry's sequence, its UID stays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from uuid import uuid4

from contracts.meetings import MeetingCancelled, MeetingChanged, MeetingScheduled
from kit.auth import Principal
from kit.clock import CITY_ZONE
from kit.http import check_version
from kit.problems import Conflict, FieldError, Forbidden, InvalidInput, NotFound
from kit.unit import UnitOfWork
from services.supervision.domain import meeting_times
from services.supervision.domain.meeting_times import Span, TimeError
from services.supervision.models import Case, Meeting, MeetingAttendee
from services.supervision.repository import meetings as rows
from services.supervision.repository import people
from services.supervision.schemas_talks import MeetingChangeBody, MinutesBody, TeamMeetingBody, TimeBody
from services.supervision.views_talks import AttendeeView, MeetingPage, MeetingView

LONGEST_LIST = 100


def refuse_times(errors: Sequence[TimeError], *, listed: bool) -> None:
    """
    Raises:
        InvalidInput: there are errors; each names its field.
    """
    if errors:
        places = [f"times[{error.index}].{error.field}" if error.field else "times" for error in errors] if listed else []
        found = [FieldError(places[at] if listed else error.field, error.message, error.mend) for at, error in enumerate(errors)]
        raise InvalidInput("The meeting cannot take place then.", found)


def span_of(body: TimeBody) -> Span:
    return Span(body.starts_at, body.ends_at)


def check_span(unit: UnitOfWork, body: TimeBody) -> None:
    """
    Raises:
        InvalidInput: the time has passed, is too long, or lies in the night of the city.
    """
    refuse_times(meeting_times.errors_of(span_of(body), unit.now, CITY_ZONE), listed=False)


def invite(
    unit: UnitOfWork,
    kind: str,
    span: Span,
    *,
    organiser_id: str,
    attendee_ids: Iterable[str],
    place: str,
    topic: str = "",
    agenda: str = "",
    case: Case | None = None,
) -> Meeting:
    """A new meeting; everybody in it is told."""
    meeting_id = str(uuid4())
    meeting = Meeting(
        meeting_id=meeting_id,
        kind=kind,
        case_id=case.case_id if case else None,
        cycle_id=case.cycle_id if case else None,
        organiser_id=organiser_id,
        uid=f"{meeting_id}@siklus",
        topic=topic,
        agenda=agenda,
        place=place,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        created_at=unit.now,
        changed_at=unit.now,
    )
    unit.session.add(meeting)
    invited = sorted(set(attendee_ids))
    unit.publish(MeetingScheduled.model_validate(event_fields(meeting, invited)))
    unit.record(_subject(meeting), "meeting_scheduled", meeting_id=meeting_id, kind=kind, starts_at=span.starts_at.isoformat())
    return meeting


def event_fields(meeting: Meeting, attendee_ids: Sequence[str]) -> dict[str, object]:
    """What every event about a meeting says: ids, never names."""
    names = ("meeting_id", "kind", "uid", "sequence", "starts_at", "ends_at", "place", "organiser_id", "cycle_id", "case_id")
    return {**{name: getattr(meeting, name) for name in names}, "attendee_ids": tuple(attendee_ids)}


def _subject(meeting: Meeting) -> str:
    return meeting.case_id or f"meeting:{meeting.meeting_id}"


async def set_attendees(unit: UnitOfWork, meeting: Meeting, attendee_ids: Iterable[str]) -> list[str]:
    """Who is invited from now on; returns who no longer is."""
    await unit.session.flush()
    present = {attendee.person_id: attendee for attendee, _ in (await rows.attendees(unit, [meeting.meeting_id]))[meeting.meeting_id]}
    wanted = set(attendee_ids)
    for person_id in sorted(wanted - present.keys()):
        unit.session.add(MeetingAttendee(meeting_id=meeting.meeting_id, person_id=person_id))
    gone = sorted(present.keys() - wanted)
    for person_id in gone:
        await unit.session.delete(present[person_id])
    await unit.session.flush()
    return gone


async def move(
    unit: UnitOfWork, meeting: Meeting, span: Span, place: str, attendee_ids: Iterable[str], *, organiser_id: str | None = None
) -> None:
    """The meeting takes place otherwise: everybody still in it gets the change, who is no longer in it a cancellation.

    With ``organiser_id`` it is that person's from now on; who was replaced is told unless they have left the service.
    """
    invited = sorted(set(attendee_ids))
    former_id, meeting.organiser_id = meeting.organiser_id, organiser_id or meeting.organiser_id
    gone = [person_id for person_id in await set_attendees(unit, meeting, invited) if person_id != meeting.organiser_id]
    if former_id not in {meeting.organiser_id, *invited, *gone}:
        former = await people.person(unit, former_id)
        gone += [former_id] if former is not None and former.active else []
    meeting.starts_at, meeting.ends_at, meeting.place = span.starts_at, span.ends_at, place
    meeting.status = "agreed"
    _changed(unit, meeting)
    unit.publish(MeetingChanged.model_validate(event_fields(meeting, invited)))
    if gone:
        unit.publish(MeetingCancelled.model_validate({**event_fields(meeting, gone), "for_all": False}))
    unit.record(
        _subject(meeting), "meeting_changed", meeting_id=meeting.meeting_id, sequence=meeting.sequence, starts_at=span.starts_at.isoformat()
    )


def _changed(unit: UnitOfWork, meeting: Meeting) -> None:
    meeting.sequence += 1
    meeting.version += 1
    meeting.changed_at = unit.now


async def held_for_change(unit: UnitOfWork, caller: Principal, meeting_id: str) -> Meeting:
    """A meeting of the caller's own, held until the transaction ends, that has not taken place.

    Raises:
        NotFound: there is no such meeting, or the caller is not in it.
        Forbidden: somebody else organises it.
        Conflict: it was held or cancelled.
    """
    meeting = await known(unit, caller, meeting_id, lock=True)
    if meeting.organiser_id != caller.person_id:
        raise Forbidden("Only who called the meeting can do this.")
    if meeting.status in {"held", "cancelled"}:
        raise Conflict(f"The meeting is {meeting.status}; call a new one.", extra={"status": meeting.status})
    return meeting


async def known(unit: UnitOfWork, caller: Principal, meeting_id: str, *, lock: bool = False) -> Meeting:
    """
    Raises:
        NotFound: there is no such meeting, or the caller is not in it.
    """
    meeting = await rows.readable(unit, caller, meeting_id, lock=lock)
    if meeting is None:
        raise NotFound(f"There is no meeting {meeting_id}, or you are not invited to it.")
    return meeting


async def call_team(unit: UnitOfWork, caller: Principal, body: TeamMeetingBody) -> MeetingView:
    """A leader calls people below them, or below whom they stand in for, to an evaluation meeting.

    Raises:
        InvalidInput: the time cannot be, or somebody does not report to the caller or to whom they stand in for.
    """
    check_span(unit, body)
    await _check_below(unit, caller, body.attendee_ids)
    meeting = invite(
        unit,
        "team_evaluation",
        span_of(body),
        organiser_id=caller.person_id,
        attendee_ids=body.attendee_ids,
        place=body.place,
        topic=body.topic,
        agenda=body.agenda,
    )
    await set_attendees(unit, meeting, body.attendee_ids)
    return await view(unit, meeting)


async def _check_below(unit: UnitOfWork, caller: Principal, attendee_ids: Sequence[str]) -> None:
    acting = await people.acted_for(unit, caller)
    below = await rows.below(unit, acting, attendee_ids) - acting
    strangers = [
        FieldError(f"attendee_ids[{at}]", "does not report to you", "leave this person out")
        for at, person_id in enumerate(attendee_ids)
        if person_id not in below
    ]
    if strangers:
        raise InvalidInput("A team's meeting is for people who report to you.", strangers)


async def change(unit: UnitOfWork, caller: Principal, meeting_id: str, version: int, body: MeetingChangeBody) -> MeetingView:
    """Another time, place or circle.

    Raises:
        StaleVersion: it was changed meanwhile.
        InvalidInput: the time cannot be, or somebody does not report to the caller.
        Problem: as ``held_for_change``.
    """
    meeting = await held_for_change(unit, caller, meeting_id)
    check_version(version, meeting.version)
    check_span(unit, body)
    attendee_ids = [attendee.person_id for attendee, _ in (await rows.attendees(unit, [meeting_id]))[meeting_id]]
    if body.attendee_ids is not None and meeting.kind == "team_evaluation":
        await _check_below(unit, caller, body.attendee_ids)
        attendee_ids = body.attendee_ids
    meeting.agenda = body.agenda
    await move(unit, meeting, span_of(body), body.place, attendee_ids)
    return await view(unit, meeting)


async def cancel(unit: UnitOfWork, caller: Principal, meeting_id: str, reason: str) -> MeetingView:
    """The meeting does not take place.

    Raises:
        Problem: as ``held_for_change``.
    """
    meeting = await held_for_change(unit, caller, meeting_id)
    meeting.cancelled_reason = reason
    await call_off(unit, meeting, reason)
    return await view(unit, meeting)


async def call_off(unit: UnitOfWork, meeting: Meeting, reason: str, *, untold: AbstractSet[str] = frozenset()) -> None:
    """Cancel a meeting that is held for the change; everybody in it is told but the ``untold``."""
    meeting.status = "cancelled"
    _changed(unit, meeting)
    invited = [attendee.person_id for attendee, _ in (await rows.attendees(unit, [meeting.meeting_id]))[meeting.meeting_id]]
    told = [person_id for person_id in invited if person_id not in untold]
    unit.publish(MeetingCancelled.model_validate(event_fields(meeting, told)))
    unit.record(_subject(meeting), "meeting_cancelled", meeting_id=meeting.meeting_id, sequence=meeting.sequence, reason=reason)


async def write_minutes(unit: UnitOfWork, caller: Principal, meeting_id: str, body: MinutesBody) -> MeetingView:
    """What was said in a team's meeting and who came; a feedback session is recorded in its case.

    Raises:
        Conflict: it is a feedback session, or has not begun.
        InvalidInput: somebody was not invited.
        Problem: as ``held_for_change``.
    """
    meeting = await held_for_change(unit, caller, meeting_id)
    if meeting.kind != "team_evaluation":
        raise Conflict("A feedback session is recorded in its case.", extra={"case_id": meeting.case_id})
    if meeting.starts_at > unit.now:
        raise Conflict("The meeting has not begun; write its minutes afterwards.", extra={"starts_at": meeting.starts_at.isoformat()})
    invited = {attendee.person_id: attendee for attendee, _ in (await rows.attendees(unit, [meeting_id]))[meeting_id]}
    strangers = [person_id for person_id in body.attendance if person_id not in invited]
    if strangers:
        errors = [FieldError(f"attendance.{person_id}", "was not invited", "leave this person out") for person_id in strangers]
        raise InvalidInput("Attendance is of those invited.", errors)
    for person_id, attendance in body.attendance.items():
        invited[person_id].attendance = attendance
    meeting.status, meeting.minutes = "held", body.minutes
    meeting.version += 1
    unit.record(_subject(meeting), "meeting_held", meeting_id=meeting_id, present=list(body.attendance.values()).count("present"))
    await unit.session.flush()
    return await view(unit, meeting)


async def mine(unit: UnitOfWork, caller: Principal) -> MeetingPage:
    """The caller's meetings, the latest first."""
    return MeetingPage(items=await views_of(unit, await rows.mine(unit, caller, LONGEST_LIST)))


async def view(unit: UnitOfWork, meeting: Meeting) -> MeetingView:
    return (await views_of(unit, [meeting]))[0]


async def views_of(unit: UnitOfWork, found: Sequence[Meeting]) -> list[MeetingView]:
    """Meetings with the names of the people in them."""
    invited = await rows.attendees(unit, [meeting.meeting_id for meeting in found])
    names = await rows.names(unit, sorted({meeting.organiser_id for meeting in found}))
    return [
        MeetingView(
            **meeting.model_dump(exclude={"cycle_id", "created_at", "changed_at"}),
            organiser_name=names[meeting.organiser_id],
            attendees=[
                AttendeeView.model_validate({**attendee.model_dump(), "name": name}) for attendee, name in invited[meeting.meeting_id]
            ],
        )
        for meeting in found
    ]
