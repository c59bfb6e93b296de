"""A meeting as a file for the calendar of somebody who is in it."""

from __future__ import annotations

from pathlib import Path

from kit import ics
from kit.auth import Principal
from kit.i18n import Catalogue, Language
from kit.unit import UnitOfWork
from services.supervision.repository import meetings as rows
from services.supervision.repository import people
from services.supervision.service.meetings import known

words = Catalogue(Path(__file__).parents[1] / "texts")


async def calendar_file(unit: UnitOfWork, caller: Principal, meeting_id: str, language: Language) -> bytes:
    """The invitation as it stands. This service knows no addresses, so people are named by their id.

    Raises:
        NotFound: there is no such meeting, or the caller is not in it.
    """
    meeting = await known(unit, caller, meeting_id)
    invited = (await rows.attendees(unit, [meeting_id]))[meeting_id]
    organiser = await people.person(unit, meeting.organiser_id)
    employee = next((name for _, name in invited), "")
    entry = ics.Entry(
        uid=meeting.uid,
        sequence=meeting.sequence,
        method="PUBLISH",
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        summary=words.text(language, f"meeting.{meeting.kind}", employee=employee, topic=meeting.topic),
        place=meeting.place,
        organiser=_party(meeting.organiser_id, organiser.name if organiser else meeting.organiser_id),
        attendees=tuple(_party(attendee.person_id, name) for attendee, name in invited),
        stamped_at=meeting.changed_at,
        description=meeting.agenda,
        cancelled=meeting.status == "cancelled",
    )
    return ics.as_bytes(entry)


def _party(person_id: str, name: str) -> ics.Party:
    return ics.Party(f"urn:siklus:person:{person_id}", name)
