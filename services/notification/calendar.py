"""Invitations in e-mails: a meeting as an entry that the reader's calendar takes, moves and removes by its UID and sequence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from contracts.envelope import Envelope, EventData
from contracts.meetings import MeetingCancelled, MeetingChanged, MeetingScheduled
from kit import ics
from kit.settings import Settings
from kit.unit import UnitOfWork
from services.notification.models import MeetingEntry
from services.notification.rendering import words
from services.notification.repository import people


@dataclass(frozen=True)
class Invitation:
    """The calendar part of an e-mail."""

    method: ics.Method
    content: bytes


async def keep(unit: UnitOfWork, heard: Sequence[tuple[EventData, Envelope]]) -> None:
    """Remember what a batch said of meetings, for the e-mails about it."""
    entries = [
        {"event_id": envelope.id, "entry": {**data.model_dump(mode="json"), "cancelled": isinstance(data, MeetingCancelled)}}
        for data, envelope in heard
        if isinstance(data, (MeetingScheduled, MeetingChanged, MeetingCancelled))
    ]
    if entries:
        await unit.session.execute(insert(MeetingEntry).values(entries).on_conflict_do_nothing())


async def invitation_of(unit: UnitOfWork, row: Any, settings: Settings) -> Invitation:
    """The meeting of a claimed message for its reader alone: others' addresses are not passed around."""
    told = row.entry
    case_ids = [told["case_id"]] if told["case_id"] else []
    employees = (await people.employees_of_cases(unit, case_ids)).values()
    known = await people.readers(unit, {told["organiser_id"], *employees})
    organiser = known[told["organiser_id"]]
    employee = next((known[person_id].name for person_id in employees), "")
    method: ics.Method = "CANCEL" if told["cancelled"] else "REQUEST"
    entry = ics.Entry(
        uid=told["uid"],
        sequence=told["sequence"],
        method=method,
        starts_at=datetime.fromisoformat(told["starts_at"]),
        ends_at=datetime.fromisoformat(told["ends_at"]),
        summary=words.text(row.language, f"calendar.{told['kind']}", employee=employee),
        place=told["place"],
        organiser=ics.Party(f"mailto:{organiser.email or parseaddr(settings.mail_from)[1]}", organiser.name),
        attendees=(ics.Party(f"mailto:{row.email}", row.name),),
        stamped_at=row.created_at,
        url=settings.portal_url + row.link,
    )
    return Invitation(method, ics.as_bytes(entry))
